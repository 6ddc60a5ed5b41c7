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

/// The result of a partition action.
struct PartitionOutcome {
  std::string map;  ///< name of the map
  PartitionAction action;
  std::string error;  ///< empty on success, or if there was nothing to do

  bool failed() const { return !error.empty(); }
};

/// Executes the actions under one udev cookie. If an action fails, leaves its partition map
/// unchanged and continues with the other actions.
std::vector<PartitionOutcome> apply_partitions(const CurrentMap& map,
                                               std::span<const PartitionAction> actions,
                                               dm::DeviceMapper& device_mapper,
                                               dm::WaitForUdev wait);

}  // namespace multipath
