#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "multipath/model/device_number.h"

namespace multipath {

/// What udev knows of block devices.
class UdevDatabase {
 public:
  virtual ~UdevDatabase() = default;

  /// Kernel names of all block devices of DEVTYPE=disk whose name matches one of `patterns`
  /// (fnmatch(3)), in no order.
  virtual std::vector<std::string> enumerate_disks(
      const std::vector<std::string>& patterns) const = 0;

  /// Properties that rules set for a block device; nothing when udev has no entry for it.
  virtual std::optional<std::map<std::string, std::string>> properties(
      DeviceNumber number) const = 0;

  /// Links below /dev that udev made for the device ("mapper/mpatha").
  virtual std::vector<std::string> links(DeviceNumber number) const = 0;

  /// Is a udevd there that answers cookies and processes events?
  virtual bool daemon_running() const = 0;

  /// Waits until the event queue is empty; false when the time was over before.
  virtual bool settle(std::chrono::milliseconds limit) const = 0;
};

}  // namespace multipath
