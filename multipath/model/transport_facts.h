#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "multipath/model/device_number.h"
#include "multipath/model/path.h"
#include "multipath/model/target_node.h"

namespace multipath {

/// The address of a path's target: 1:0:0:0 for 1:0:0:7.
inline ScsiAddress target_address(const Path& path) {
  ScsiAddress address = path.address;
  address.lun = 0;
  return address;
}

/// What sysfs has of the transports of paths and their disks, from which planning decides their
/// limits (planning/transport_plan.h).
struct TransportFacts {
  /// What the units behind one target share.
  struct Target {
    TargetNode node;
    std::string protocol;  ///< empty when nothing depends on it
    /// The values of the files of host adapter and target, by path below /sys; nothing when no
    /// setting needs them.
    std::optional<std::map<std::string, std::string>> attributes;
  };
  struct Disk {
    std::string folder;                      ///< below /sys: "devices/.../block/sda"
    std::string max_sectors_file;            ///< of the disk, below /sys
    std::optional<std::string> max_sectors;  ///< its value, where a setting needs it
  };

  std::map<ScsiAddress, Target> targets;  ///< by target_address()
  /// Disks that are there; a path that shares target and settings with another may be left out.
  std::map<DeviceNumber, Disk> disks;
  std::map<DeviceNumber, std::uint32_t> max_sectors_kb;  ///< of maps
};

}  // namespace multipath
