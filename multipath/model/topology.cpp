#include "multipath/model/topology.h"

#include <unordered_map>

#include <fmt/format.h>

namespace multipath {
namespace {

TopologyPath topology_path(const Path& path) {
  return {.kname = path.kname,
          .address = path.address,
          .number = path.number,
          .dm_state = PathDmState::undef,
          .checker_state = path.checker_state,
          .device_state = path.state,
          .priority = path.priority,
          .trouble = path.trouble};
}

/// The kernel's state of each path of a map.
using States = std::unordered_map<DeviceNumber, PathDmState, NumberHash>;

int mean_priority(const std::vector<TopologyPath>& paths) {
  std::int64_t sum = 0;
  std::int64_t count = 0;
  for (const auto& path : paths) {
    if (!works(path.checker_state) || !path.priority) continue;
    sum += *path.priority;
    ++count;
  }
  return count == 0 ? 0 : static_cast<int>(sum / count);
}

/// In whichever group of the map; of the first that has it.
States dm_states(const std::optional<CurrentMap>& map) {
  States states;
  if (!map || !map->status) return states;
  for (const auto& group : map->status->groups)
    for (const auto& path : group.paths) states.emplace(path.number, path.state);
  return states;
}

PathDmState state_in(const States& states, DeviceNumber number) {
  const auto found = states.find(number);
  return found == states.end() ? PathDmState::undef : found->second;
}

TopologyGroup topology_group(const TableGroup& group, const GroupStatusLine* status,
                             const PathIndex& known) {
  TopologyGroup result;
  States states;
  result.selector = group.selector + ' ' + counted(group.selector_arguments);
  if (status != nullptr) {
    result.status = status->status;
    for (const auto& path : status->paths) states.emplace(path.number, path.state);
  }
  for (const auto& path : group.paths) {
    const auto* found = known.find(path.number);
    auto shown = found != nullptr ? topology_path(*found) : TopologyPath{};
    shown.number = path.number;
    shown.dm_state = state_in(states, path.number);
    result.paths.push_back(std::move(shown));
  }
  result.priority = mean_priority(result.paths);
  return result;
}

/// Vendor and product of the first path that has one.
void name_hardware(Topology& topology, const Path& path) {
  if (!topology.vendor.empty() || !topology.product.empty()) return;
  topology.vendor = path.vendor;
  topology.product = path.product;
}

}  // namespace

Topology topology_of(const Map& map, const std::optional<CurrentMap>& current) {
  Topology topology;
  topology.name = map.name;
  topology.wwid = map.wwid.text();
  topology.size_sectors = map.size_sectors;
  topology.features = counted(map.features);
  topology.hardware_handler = counted(map.hardware_handler);
  const States states = dm_states(current);
  for (const auto& group : map.groups) {
    TopologyGroup shown;
    shown.selector = map.selector + ' ' + counted(map.selector_arguments);
    shown.priority = group.priority;
    for (const auto& path : group.paths) {
      shown.paths.push_back(topology_path(path));
      shown.paths.back().dm_state = state_in(states, path.number);
      name_hardware(topology, path);
    }
    topology.groups.push_back(std::move(shown));
  }
  return topology;
}

Topology topology_of(const CurrentMap& map, const PathIndex& paths) {
  Topology topology;
  topology.name = map.name;
  topology.wwid =
      map.uuid.starts_with(map_uuid_prefix) ? map.uuid.substr(map_uuid_prefix.size()) : map.uuid;
  topology.kname = fmt::format("dm-{}", map.number.minor);
  topology.size_sectors = map.size_sectors;
  topology.features = counted(map.table.features);
  topology.hardware_handler = counted(map.table.hardware_handler);
  topology.write_protection =
      map.read_only ? WriteProtection::read_only : WriteProtection::read_write;
  topology.suspended = map.suspended;
  for (std::size_t i = 0; i < map.table.groups.size(); ++i) {
    const auto& group = map.table.groups[i];
    const bool answered = map.status && i < map.status->groups.size();
    topology.groups.push_back(
        topology_group(group, answered ? &map.status->groups[i] : nullptr, paths));
    for (const auto& path : group.paths)
      if (const auto* found = paths.find(path.number)) name_hardware(topology, *found);
  }
  return topology;
}

}  // namespace multipath
