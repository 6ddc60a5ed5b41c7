#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "multipath/model/device_number.h"

namespace multipath {

/// The udev database of block devices.
class UdevDatabase {
 public:
  virtual ~UdevDatabase() = default;

  /// Returns the unsorted kernel names of all block devices with DEVTYPE=disk whose name matches
  /// one of `patterns` (fnmatch(3)).
  virtual std::vector<std::string> enumerate_disks(
      const std::vector<std::string>& patterns) const = 0;

  /// Returns the properties that rules set for a block device; nothing if udev has no entry for it.
  virtual std::optional<std::map<std::string, std::string>> properties(
      DeviceNumber number) const = 0;

  /// Returns the links below /dev that udev created for the device ("mapper/mpatha").
  virtual std::vector<std::string> links(DeviceNumber number) const = 0;

  /// Whether a udevd is running that processes events and releases cookies.
  virtual bool daemon_running() const = 0;

  /// Waits until the event queue is empty; returns false if `limit` expires first.
  virtual bool settle(std::chrono::milliseconds limit) const = 0;
};

}  // namespace multipath
