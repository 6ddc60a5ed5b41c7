#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "multipath/model/map.h"

namespace multipath {

/// A device-mapper device that may be a partition of a map.
struct StackedDevice {
  std::string name;
  std::string uuid;
  std::int32_t open_count = 0;
};

/// The steps to remove a map.
struct FlushPlan {
  CurrentMap map;
  std::vector<std::string> partition_maps;  ///< names, removed first
  std::string busy;  ///< why the map cannot be removed now: "open 2 times"; empty if it can
};

/// Finds the map's partition maps (uuid "part<N>-" and the map's uuid) and checks open counts. Each
/// partition map opens the map once.
FlushPlan plan_flush(const CurrentMap& map, std::span<const StackedDevice> devices);

}  // namespace multipath
