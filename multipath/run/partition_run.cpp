#include "multipath/run/partition_run.h"

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <map>
#include <set>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "multipath/claims/map_readiness.h"
#include "multipath/discovery/partition_maps.h"
#include "multipath/host/current_maps.h"
#include "multipath/run/reannounce.h"

namespace multipath {
namespace {

/// What a map's partition maps are planned from. Only the map's own are read: a host has many, and
/// this runs for each map that comes up.
struct Surroundings {
  std::set<std::string> names;           ///< of all devices
  std::vector<dm::Description> devices;  ///< that may be its partition maps
};

Surroundings look_around(dm::DeviceMapper& device_mapper, const CurrentMap& map,
                         std::vector<Finding>& findings) {
  Surroundings around;
  std::vector<dm::Device> devices = device_mapper.list();
  for (const dm::Device& device : devices) around.names.insert(device.name);
  std::erase_if(devices, [&](const dm::Device& device) {
    return device.uuid && !partition_number_of(*device.uuid, map.uuid);
  });
  around.devices = read_devices(device_mapper, devices, findings);
  return around;
}

/// What is written on the map. Throws std::system_error.
std::vector<Partition> table_of(const Host& host, const CurrentMap& map) {
  if (!has_usable_path(host.sys, map)) {
    throw std::system_error(
        EIO, std::generic_category(),
        fmt::format("the partition table of {} is not read: no path works", map.name));
  }
  const auto link = host.sys.read_link("dev/block/" + to_string(map.number)).value_or("");
  return host.partition_tables->read(link.substr(link.rfind('/') + 1));
}

std::vector<PartitionOutcome> carry_out(Host& host, const PartitionRunOptions& options,
                                        const CurrentMap& map,
                                        const std::vector<PartitionAction>& actions) {
  if (!options.dry_run) {
    return apply_partitions(map, actions, host.device_mapper,
                            options.waits ? dm::WaitForUdev::yes : dm::WaitForUdev::no);
  }
  std::vector<PartitionOutcome> outcomes;
  for (const PartitionAction& action : actions) outcomes.push_back({map.name, action, ""});
  return outcomes;
}

/// Has udev's database what the table calls the partition?
bool is_known_to_udev(const UdevDatabase& udev, DeviceNumber number, const Partition& partition) {
  const auto properties = udev.properties(number);
  if (!properties) return false;
  const auto is = [&](const char* name, const std::string& wanted) {
    const auto found = properties->find(name);
    return found == properties->end() ? wanted.empty() : found->second == wanted;
  };
  return is("ID_PART_ENTRY_UUID", partition.uuid) && is("ID_PART_ENTRY_NAME", partition.name) &&
         is("ID_PART_ENTRY_TYPE", partition.type);
}

/// A partition map that fits already gets no event of device-mapper's, but the table may give it another
/// name or id than before, which udev's links are made from. Only for the rules (--no-wait), which
/// call for a table that may be another.
void announce_renamed(Host& host, const Surroundings& around,
                      const std::vector<PartitionAction>& actions, const Notices& notices) {
  std::map<std::string_view, DeviceNumber> numbers;
  for (const dm::Description& device : around.devices) numbers.emplace(device.uuid, device.number);
  for (const PartitionAction& action : actions) {
    if (action.verb != PartitionVerb::nothing) continue;
    const auto device = numbers.find(action.uuid);
    if (device != numbers.end() && !is_known_to_udev(host.udev, device->second, action.partition))
      send_change_event(host, device->second, action.name, "udev was not told", notices);
  }
}

void fail(PartitionRun& run, const std::string& name, std::string why) {
  run.failed = true;
  run.findings.push_back({Finding::Severity::error, name, std::move(why)});
}

void fit(Host& host, const CurrentMap& map, const PartitionRunOptions& options,
         const Notices& notices, PartitionRun& run) {
  dm::DeviceMapper& device_mapper = host.device_mapper;
  const Surroundings around = look_around(device_mapper, map, run.findings);
  const auto table = options.remove ? std::vector<Partition>{} : table_of(host, map);
  const auto beyond = std::ranges::count_if(
      table, [](const Partition& one) { return one.number > highest_partition; });
  if (beyond > 0) {
    fail(run, map.name,
         fmt::format("its partition table has {} partitions, {} of them with numbers above "
                     "{}, which Linux makes no partitions of; none of its partition "
                     "maps was changed; write a smaller table",
                     table.size(), beyond, highest_partition));
    return;
  }
  const auto actions =
      plan_partitions(map, table, read_partition_maps(device_mapper, map, around.devices),
                      around.names, options.delimiter);
  std::ranges::move(carry_out(host, options, map, actions), std::back_inserter(run.outcomes));
  if (!options.waits && !options.dry_run) announce_renamed(host, around, actions, notices);
}

}  // namespace

PartitionRun fit_partitions(Host& host, const std::vector<Target>& targets,
                            const PartitionRunOptions& options, const Notices& notices) {
  PartitionRun run;
  for (const Target& target : targets) {
    std::string name = target.word;
    try {
      const auto map = find_map(host.device_mapper, target, run.findings);
      if (!map) {
        run.unmatched.push_back(target.word);
        continue;
      }
      name = map->name;
      fit(host, *map, options, notices, run);
    } catch (const std::system_error& error) {
      fail(run, name, error.what());
    }
  }
  run.failed = run.failed || std::ranges::any_of(run.outcomes, &PartitionOutcome::failed);
  return run;
}

}  // namespace multipath
