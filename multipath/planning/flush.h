#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "multipath/model/map.h"

namespace multipath {

/// A device-mapper device as flushing sees it.
struct StackedDevice {
  std::string name;
  std::string uuid;
  std::int32_t open_count = 0;
};

/// What removing a map takes.
struct FlushPlan {
  CurrentMap map;
  std::vector<std::string> partition_maps;  ///< names, to be removed first
  std::string busy;  ///< why it can not be done now: "it is open 2 times"; empty when it can
};

/// Partition maps are those whose uuid is "part<N>-" and the map's. Each counts as one opener of
/// the map.
FlushPlan plan_flush(const CurrentMap& map, std::span<const StackedDevice> devices);

/// The uuid of the map that a partition with this uuid ("part1-mpath-...") is of; "" for any other
/// device. The text is part of what was given.
std::string_view map_of_partition(std::string_view uuid);

/// Is this the uuid of a partition of the map with `map_uuid`?
bool is_partition_of(const std::string& uuid, const std::string& map_uuid);

}  // namespace multipath
