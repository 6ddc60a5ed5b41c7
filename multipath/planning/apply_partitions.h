#pragma once

#include <span>
#include <string>
#include <vector>

#include "multipath/planning/partitions.h"

namespace dm {
class DeviceMapper;
enum class WaitForUdev : bool;
}  // namespace dm

namespace multipath {

/// What became of a partition action.
struct PartitionOutcome {
  std::string map;  ///< its name
  PartitionAction action;
  std::string error;  ///< empty when it was done, or nothing was to do

  bool failed() const { return !error.empty(); }
};

/// Carries the actions out under one udev cookie. One that fails leaves its map as it was, and the
/// others go on.
std::vector<PartitionOutcome> apply_partitions(const CurrentMap& map,
                                               std::span<const PartitionAction> actions,
                                               dm::DeviceMapper& device_mapper,
                                               dm::WaitForUdev wait);

}  // namespace multipath
