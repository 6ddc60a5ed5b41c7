#pragma once

#include <optional>
#include <string>
#include <vector>

#include "multipath/claims/lvm_online.h"
#include "multipath/host/device_mapper.h"
#include "multipath/host/host.h"
#include "multipath/model/map.h"

// What udev's rules ask in a worker: nothing here opens a device, changes a map or waits.

namespace multipath {

/// The multipath map that a device-mapper device is, or that a partition map lies on.
std::optional<CurrentMap> multipath_map_of(const Host& host, dm::Description description);

/// Of which devices LVM is to forget what it saw.
enum class ForgetOn : bool {
  paths,  ///< those below the device
  device  ///< the device itself, which has lost its label
};

/// What LVM's event activation has forgotten.
struct ForgottenPvs {
  std::vector<OnlinePv> pvs;
  /// A logical volume that is active on a path, not on the map: nothing was forgotten then.
  std::optional<std::string> active_volume;
};
/// Removes from /run/lvm what LVM's event activation saw on the paths of a map, or on disks that are
/// gone, so that it takes the map when it comes up. Throws std::system_error.
ForgottenPvs forget_pvs(Host& host, DeviceNumber device, ForgetOn on);

}  // namespace multipath
