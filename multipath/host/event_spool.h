#pragma once

#include <memory>
#include <string>
#include <vector>

#include "multipath/model/device_number.h"

namespace multipath {

/// Devices that something happened to and that nobody has looked after yet. Many processes hand them
/// in, one at a time looks after all of them. What happened is not kept: whoever looks after a device
/// sees by sysfs what it is now, so that two events of a device are one, and the number of entries
/// that wait is bounded by that of devices.
class EventSpool {
 public:
  virtual ~EventSpool() = default;

  /// From here on the device is looked after by this process or another one. Throws
  /// std::system_error.
  virtual void hand_in(DeviceNumber device) = 0;

  struct Entry {
    DeviceNumber device;
    std::uint64_t serial = 0;  ///< another one each time that the device is handed in

    auto operator<=>(const Entry&) const = default;
  };
  /// What waits, by number. It goes on waiting until done() is told of it: who is killed in between
  /// loses nothing. Throws std::system_error.
  virtual std::vector<Entry> waiting() = 0;
  /// These were looked after. One that was handed in again meanwhile goes on waiting.
  virtual void done(const std::vector<Entry>& entries) = 0;

  /// The right to look after devices. Ends when it is destroyed, or the process dies.
  class Turn {
   public:
    virtual ~Turn() = default;
  };
  /// Nothing when another process has it.
  virtual std::unique_ptr<Turn> take_turn() = 0;
};

}  // namespace multipath
