#pragma once

#include <memory>
#include <string>
#include <vector>

#include "multipath/model/device_number.h"

namespace multipath {

/// Devices with events that have not been handled yet. Many processes add devices; one process at a
/// time handles them all. The kind of event is not stored: the handler reads the device's present
/// state from sysfs, so several events of a device collapse into one entry and the number of
/// pending entries never exceeds the number of devices.
class EventSpool {
 public:
  virtual ~EventSpool() = default;

  /// Adds a device; from then on this process or another one handles it. Throws std::system_error.
  virtual void hand_in(DeviceNumber device) = 0;

  struct Entry {
    DeviceNumber device;
    std::uint64_t serial = 0;  ///< differs each time the device is added

    auto operator<=>(const Entry&) const = default;
  };
  /// Returns the pending entries, sorted by device number. An entry stays pending until it is
  /// passed to done(), so a handler that is killed loses nothing. Throws std::system_error.
  virtual std::vector<Entry> waiting() = 0;
  /// Removes handled entries. A device that was added again meanwhile stays pending.
  virtual void done(const std::vector<Entry>& entries) = 0;

  /// The right to handle devices. Ends with the object or with the process.
  class Turn {
   public:
    virtual ~Turn() = default;
  };
  /// Returns nothing if another process has the turn.
  virtual std::unique_ptr<Turn> take_turn() = 0;
};

}  // namespace multipath
