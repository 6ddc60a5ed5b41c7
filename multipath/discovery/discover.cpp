#include "multipath/discovery/discover.h"

#include <algorithm>
#include <system_error>

#include <fmt/format.h>

#include "multipath/config/configuration.h"
#include "multipath/discovery/kernel_disk.h"
#include "multipath/discovery/map_identity.h"
#include "multipath/discovery/udev_identity.h"
#include "multipath/discovery/unit_paths.h"
#include "multipath/holders/device_users.h"
#include "multipath/host/current_maps.h"
#include "multipath/model/natural_order.h"

namespace multipath {
namespace {

/// A path that gave no identity but is in a map keeps that map's: it must not fall out of it for
/// being silent.
void recall_from_maps(const std::vector<CurrentMap>& maps, std::vector<ScsiDisk>& disks) {
  std::map<DeviceNumber, Wwid> owner;
  for (const CurrentMap& map : maps) {
    const auto wwid = wwid_of_map_uuid(map.uuid);
    if (!wwid) continue;
    for (const DeviceNumber number : path_numbers(map)) owner.emplace(number, *wwid);
  }
  for (ScsiDisk& disk : disks) {
    const auto found = owner.find(disk.path.number);
    if (disk.path.wwid || disk.path.answered || found == owner.end()) continue;
    disk.path.wwid = found->second;
    disk.path.identity_source = IdentitySource::map_uuid;
    disk.trace.tell([&] {
      return passed("identity", "silent, but a path of the map of " + found->second.text() +
                                    ": it keeps that WWID");
    });
  }
}

std::vector<Path> paths_of(std::vector<ScsiDisk>&& disks) {
  std::vector<Path> paths;
  paths.reserve(disks.size());
  for (ScsiDisk& disk : disks) paths.push_back(std::move(disk.path));
  return paths;
}

/// What blacklist rules and protocol sections look at, as far as there are any.
void find_what_rules_look_at(const Host& host, const Configuration& configuration, ScsiDisk& disk) {
  const Blacklist& blacklist = configuration.blacklist();
  const auto has = [&](RuleKind kind) {
    return std::ranges::find(blacklist.rules(), kind, &BlacklistRule::kind) !=
               blacklist.rules().end() ||
           std::ranges::find(blacklist.exceptions(), kind, &BlacklistRule::kind) !=
               blacklist.exceptions().end();
  };
  if (has(RuleKind::protocol) || !configuration.protocols().empty()) find_protocol(host.sys, disk);
  if (!has(RuleKind::property)) return;
  if (const auto properties = host.udev.properties(disk.path.number)) {
    disk.properties.emplace();
    for (const auto& [name, value] : *properties) disk.properties->push_back(name);
  }
}

void read_device_mapper(dm::DeviceMapper& device_mapper, NeedDeviceMapper need,
                        Discovery& discovery) {
  try {
    for (dm::Description& description : read_all_devices(device_mapper, discovery.findings)) {
      if (!description.uuid.starts_with(map_uuid_prefix)) {
        discovery.other_devices.push_back(std::move(description));
      } else if (auto map = read_map(device_mapper, description, discovery.findings)) {
        discovery.maps.push_back(std::move(*map));
      }
    }
  } catch (const std::system_error& error) {
    if (need == NeedDeviceMapper::yes) throw;
    discovery.findings.push_back(
        {Finding::Severity::note, "device-mapper",
         fmt::format("{}; going on as if there were no maps", error.what())});
  }
}

/// A disk that is never a path for maps, by the blacklist, is a path of its unit all the same: who
/// uses it uses the unit.
void tell_of_excluded(const Host& host, std::vector<ScsiDisk>& disks) {
  std::multimap<Wwid, PathUser> uses;
  std::optional<UnitRecall> units;
  for (const ScsiDisk& disk : disks) {
    if (!disk.path.excluded || disk.path.users.empty()) continue;
    if (!units) units.emplace(host);
    const auto path = units->path(disk.path.number);
    if (!path) continue;
    for (const PathUser& user : disk.path.users) {
      uses.emplace(*path->wwid, PathUser{"",
                                         fmt::format("in use through {}, which is never a path of "
                                                     "a map: {}",
                                                     disk.path.kname, user.text),
                                         user.runs_host, true});
    }
  }
  if (uses.empty()) return;
  for (ScsiDisk& disk : disks) {
    if (!disk.path.wwid || disk.path.excluded) continue;
    const auto [first, last] = uses.equal_range(*disk.path.wwid);
    for (auto use = first; use != last; ++use) disk.path.users.push_back(use->second);
  }
}

/// Asks the disks for all that planning looks at, and makes paths of them.
void ask_disks(const Host& host, std::span<const HardwareEntry> hardware,
               const DiscoveryOptions& discovery_options, std::vector<ScsiDisk> disks,
               Discovery& discovery) {
  find_sg_nodes(host.sys, disks);
  std::set<DeviceNumber> in_maps;
  for (const CurrentMap& map : discovery.maps) in_maps.merge(path_numbers(map));
  std::optional<DeviceUsers> users;
  for (ScsiDisk& disk : disks) {
    describe(host.sys, disk);
    find_hardware_handler(host.sys, disk);
    find_what_rules_look_at(host, discovery_options.configuration, disk);
    // A path of a map is held by that map; who else would stand on it shows when it is to be taken
    // anew.
    if (in_maps.contains(disk.path.number)) continue;
    if (!users) users.emplace(host);
    users->find(disk.path, disk.sysfs, disk.partitions);
  }
  // A disk that only udev can name is asked for its state all the same.
  DiscoveryOptions asked = discovery_options;
  if (names_units_by_udev(discovery_options.configuration)) asked.state_of = StateOf::all;
  identify(host.sys, host.scsi, hardware, asked, disks);
  identify_kernel_disks(host, hardware, asked, disks);
  for (ScsiDisk& disk : disks) take_udev_identity(host.udev, discovery_options.configuration, disk);
  take_map_identities(host, hardware, asked, discovery.maps, disks);
  tell_of_excluded(host, disks);
  recall_from_maps(discovery.maps, disks);
  if (discovery_options.telling == Telling::yes) {
    for (const ScsiDisk& disk : disks) discovery.traces[disk.path.number] = disk.trace.decisions();
  }
  discovery.paths = paths_of(std::move(disks));
}

/// To which units disks belong, without asking them.
class Membership {
 public:
  Membership(const Host& host, std::span<const HardwareEntry> hardware,
             const Configuration& configuration, const std::vector<CurrentMap>& maps)
      : host_(host), hardware_(hardware), blacklisted_(host) {
    questions_.configuration = configuration;
    for (const CurrentMap& map : maps) {
      const auto wwid = wwid_of_map_uuid(map.uuid);
      if (!wwid) continue;
      for (const DeviceNumber number : path_numbers(map)) in_maps_[number].insert(*wwid);
    }
  }

  /// By the maps that have the devices.
  std::set<Wwid> units_of(const std::set<DeviceNumber>& devices) const {
    std::set<Wwid> units;
    for (const DeviceNumber device : devices) {
      const auto found = in_maps_.find(device);
      if (found != in_maps_.end()) units.insert(found->second.begin(), found->second.end());
    }
    return units;
  }

  /// By what the kernel and udev have of the disk.
  std::optional<Wwid> recalled(ScsiDisk disk) const {
    recall_identity(host_.sys, hardware_, questions_, disk);
    take_udev_identity(host_.udev, questions_.configuration, disk);
    if (disk.path.wwid || !disk.path.excluded) return disk.path.wwid;
    // Never a path of a map, and yet one of its unit: see tell_of_excluded.
    const auto path = blacklisted_.path(disk.path.number);
    return path ? path->wwid : std::nullopt;
  }

  /// A unit whose map goes by another WWID: the maps that have a disk of the same recalled one.
  void add_maps_of(const Wwid& recalled_wwid, const std::vector<CurrentMap>& maps,
                   const std::vector<ScsiDisk>& disks, std::set<Wwid>& units) const {
    for (const CurrentMap& map : maps) {
      const auto wwid = wwid_of_map_uuid(map.uuid);
      if (!wwid || *wwid == recalled_wwid) continue;
      const auto member = std::ranges::find_if(
          disks, [&](const ScsiDisk& disk) { return has_path(map, disk.path.number); });
      if (member != disks.end() && recalled(*member) == recalled_wwid) units.insert(*wwid);
    }
  }

  bool belongs(const ScsiDisk& disk, const std::set<Wwid>& units) const {
    const auto found = in_maps_.find(disk.path.number);
    if (found != in_maps_.end()) {
      return std::ranges::any_of(found->second,
                                 [&](const Wwid& wwid) { return units.contains(wwid); });
    }
    const auto wwid = recalled(disk);
    return wwid && units.contains(*wwid);
  }

 private:
  const Host& host_;
  mutable SharedHardwareTable hardware_;
  mutable UnitRecall blacklisted_;
  DiscoveryOptions questions_;
  std::map<DeviceNumber, std::set<Wwid>> in_maps_;
};

}  // namespace

Discovery discover(const Host& host, std::span<const HardwareEntry> hardware,
                   const DiscoveryOptions& discovery_options, NeedDeviceMapper need_device_mapper) {
  Discovery discovery;
  read_device_mapper(host.device_mapper, need_device_mapper, discovery);
  ask_disks(host, hardware, discovery_options, enumerate_scsi_disks(host.sys, std::nullopt),
            discovery);
  return discovery;
}

Discovery discover_units_of(const Host& host, std::span<const HardwareEntry> hardware,
                            const DiscoveryOptions& discovery_options,
                            const std::set<DeviceNumber>& devices) {
  Discovery discovery;
  read_device_mapper(host.device_mapper, NeedDeviceMapper::yes, discovery);
  std::vector<ScsiDisk> disks = enumerate_scsi_disks(host.sys, std::nullopt);
  const Membership members(host, hardware, discovery_options.configuration, discovery.maps);
  std::set<Wwid> units = members.units_of(devices);
  for (const ScsiDisk& disk : disks) {
    if (!devices.contains(disk.path.number)) continue;
    const auto wwid = members.recalled(disk);
    if (!wwid) continue;
    units.insert(*wwid);
    if (std::ranges::find(discovery.maps, map_uuid(*wwid), &CurrentMap::uuid) ==
        discovery.maps.end())
      members.add_maps_of(*wwid, discovery.maps, disks, units);
  }
  std::erase_if(disks, [&](const ScsiDisk& disk) {
    return !devices.contains(disk.path.number) && !members.belongs(disk, units);
  });
  ask_disks(host, hardware, discovery_options, std::move(disks), discovery);
  return discovery;
}

Discovery discover_maps(const Host& host, std::span<const HardwareEntry> hardware,
                        const DiscoveryOptions& discovery_options, Depth depth,
                        const std::function<bool(const CurrentMap&)>& wanted, ListedPaths listed) {
  Discovery discovery;
  std::set<DeviceNumber> numbers;
  for (CurrentMap& map : read_maps(host.device_mapper, discovery.findings)) {
    if (!wanted(map)) continue;
    numbers.merge(path_numbers(map));
    discovery.maps.push_back(std::move(map));
  }
  std::vector<ScsiDisk> disks = listed == ListedPaths::all
                                    ? enumerate_scsi_disks(host.sys, std::nullopt)
                                    : enumerate_scsi_disks(host.sys, numbers);
  if (depth == Depth::ask) find_sg_nodes(host.sys, disks);
  for (ScsiDisk& disk : disks) {
    describe(host.sys, disk);
    if (depth == Depth::ask) find_hardware_handler(host.sys, disk);
    if (depth == Depth::recall) {
      recall_inquiry(host.sys, disk);
      if (!takes_io(disk.path.state)) disk.path.checker_state = CheckerState::faulty;
    }
  }
  if (depth == Depth::ask) {
    DiscoveryOptions for_members = discovery_options;
    for_members.state_of = StateOf::all;
    identify(host.sys, host.scsi, hardware, for_members, disks);
    identify_kernel_disks(host, hardware, for_members, disks);
    take_map_identities(host, hardware, for_members, discovery.maps, disks);
  }
  recall_from_maps(discovery.maps, disks);
  discovery.paths = paths_of(std::move(disks));
  return discovery;
}

}  // namespace multipath
