#include "multipath/command/listed_rows.h"

#include <algorithm>
#include <cctype>

#include "multipath/discovery/checker.h"
#include "multipath/discovery/enumerate.h"
#include "multipath/discovery/target_node.h"
#include "multipath/model/member_index.h"

namespace multipath {
namespace {

/// The path of the map that is listed first; null if none is known. `known` indexes one vector.
const Path* first_member(const CurrentMap& map, const PathIndex& known) {
  const Path* first = nullptr;
  const auto take = [&](DeviceNumber number) {
    const Path* path = known.find(number);
    if (path != nullptr && (first == nullptr || path < first)) first = path;
  };
  for (const DeviceNumber number : path_numbers(map)) take(number);
  if (!map.status) return first;
  for (const GroupStatusLine& group : map.status->groups)
    for (const PathStatus& path : group.paths) take(path.number);
  return first;
}

/// "0000:00:05.0": domain, bus, device, function.
bool is_pci_address(std::string_view directory) {
  constexpr std::string_view shape = "xxxx:xx:xx.x";
  return directory.size() == shape.size() &&
         std::ranges::equal(directory, shape, [](char is, char wanted) {
           return wanted == 'x' ? std::isxdigit(static_cast<unsigned char>(is)) != 0 : is == wanted;
         });
}

/// Fills the fields that come from sysfs.
void read_sysfs(const SysTree& sys, const Configuration& configuration, const RowFormat& format,
                ListedPath& row) {
  const Path& path = row.path;
  const bool wants_target = format.has_any("NnRr"), wants_protocol = format.has_any("Pc");
  const bool wants_serial = format.has_any("z"), wants_adapter = format.has_any("a");
  if (!wants_target && !wants_protocol && !wants_serial && !wants_adapter) return;
  std::vector<Disk> disks = enumerate_disks(sys, std::set{path.number});
  if (!disks.empty()) {
    Disk& disk = disks.front();
    if (wants_protocol) find_protocol(sys, disk);
    row.protocol = disk.protocol;
    const bool is_scsi = path.bus() == Bus::scsi;
    if (wants_target && is_scsi) row.target = find_target_node(sys, path.address, disk.sysfs);
    if (wants_serial)
      row.serial = (is_scsi ? cached_serial(sys, disk.sysfs) : path.serial).value_or("");
    if (wants_adapter)
      row.host_adapter = host_adapter_of(
          sys.read_link("dev/block/" + to_string(path.number)).value_or(disk.sysfs));
  }
  const DeviceSettings& settings =
      configuration.settings_for_device(subject_of(path, row.protocol));
  row.checker = effective_checker(settings, Rdac::no, tpgs_of(path)).kind;
}

ListedPath listed(const SysTree& sys, const Configuration& configuration, const Path& path,
                  const MemberIndex::Member& member, const RowFormat& format) {
  ListedPath row;
  row.path = path;
  if (member.map != nullptr) {
    row.map = member.map->name;
    // A map that has no status yet has the path all the same.
    const PathStatus status = member.status != nullptr ? *member.status : PathStatus{};
    row.dm_state = status.state;
    row.failures = status.fail_count;
  }
  read_sysfs(sys, configuration, format, row);
  return row;
}

}  // namespace

std::string host_adapter_of(std::string_view disk_directory) {
  std::string nearest;
  while (!disk_directory.empty()) {
    const std::size_t end = std::min(disk_directory.find('/'), disk_directory.size());
    const std::string_view directory = disk_directory.substr(0, end);
    if (is_pci_address(directory)) nearest = directory;
    disk_directory.remove_prefix(std::min(end + 1, disk_directory.size()));
  }
  return nearest;
}

std::vector<ListedPath> listed_paths(const SysTree& sys, const Configuration& configuration,
                                     std::span<const Path> paths, std::span<const CurrentMap> maps,
                                     const RowFormat& format) {
  std::vector<ListedPath> rows;
  const MemberIndex members(maps);
  for (const Path& path : paths)
    rows.push_back(listed(sys, configuration, path, members.find(path.number), format));
  return rows;
}

std::vector<ListedMap> listed_maps(const Configuration& configuration,
                                   std::span<const CurrentMap> maps, std::span<const Path> paths) {
  std::vector<ListedMap> rows;
  const PathIndex known(paths);
  for (const CurrentMap& map : maps) {
    ListedMap row;
    row.topology = topology_of(map, known);
    const Path* member = first_member(map, known);
    Subject subject;
    if (member != nullptr) {
      subject = subject_of(*member, "");
      row.revision = member->revision;
    }
    subject.wwid = row.topology.wwid;
    const UnitSettings& settings = configuration.settings_for_unit(subject);
    row.failback = settings.failback.value;
    row.no_path_retry = settings.no_path_retry.value;
    if (map.status) {
      for (const GroupStatusLine& group : map.status->groups) {
        for (const PathStatus& path : group.paths) row.path_faults += path.fail_count;
      }
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace multipath
