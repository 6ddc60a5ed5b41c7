#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "multipath/model/map.h"
#include "multipath/model/member_index.h"

namespace multipath {

/// A map as a listing shows it, be it in the kernel or only planned.
struct TopologyPath {
  std::string kname;  ///< empty when the host has no such device any more
  std::optional<ScsiAddress> address;
  DeviceNumber number;
  PathDmState dm_state = PathDmState::undef;
  CheckerState checker_state = CheckerState::undef;
  DeviceState device_state = DeviceState::unknown;
  std::optional<int> priority;
  std::string trouble;

  auto operator<=>(const TopologyPath&) const = default;
};

struct TopologyGroup {
  std::string selector;  ///< with its arguments: "service-time 0"
  int priority = 0;
  GroupStatus status = GroupStatus::undef;
  std::vector<TopologyPath> paths;

  auto operator<=>(const TopologyGroup&) const = default;
};

enum class WriteProtection : std::uint8_t { undef, read_write, read_only };

struct Topology {
  std::string action;  ///< "create", "reload"...; empty in a plain listing
  std::string name;
  std::string wwid;
  std::optional<std::string> kname;  ///< "dm-3"; nothing for a map that does not exist yet
  std::string vendor;
  std::string product;
  std::uint64_t size_sectors = 0;
  std::string features;          ///< "0", "1 queue_if_no_path"
  std::string hardware_handler;  ///< "0", "1 alua"
  WriteProtection write_protection = WriteProtection::undef;
  bool suspended = false;
  std::vector<TopologyGroup> groups;

  auto operator<=>(const Topology&) const = default;
};

/// A map that is only planned: no dm-N, no states, but those that its paths have in the map that
/// there is already.
Topology topology_of(const Map& map, const std::optional<CurrentMap>& current = std::nullopt);

/// A map in the kernel; `paths` are the host's, found by device number. Vendor and product are the
/// first known path's. A group's priority is the mean of its working paths' (ready, ghost) as in
/// multipath-tools, 0 when none was asked.
Topology topology_of(const CurrentMap& map, const PathIndex& paths);
inline Topology topology_of(const CurrentMap& map, std::span<const Path> paths) {
  return topology_of(map, PathIndex(paths));
}

}  // namespace multipath
