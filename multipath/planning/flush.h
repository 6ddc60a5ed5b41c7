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

}  // namespace multipath
