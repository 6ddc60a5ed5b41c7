#pragma once

namespace multipath {

/// Device-mapper's announcement that some device has a new event: a path that failed or works again,
/// a table that was swapped, a device that came or went (drivers/md/dm-ioctl.c, dm_poll;
/// driver 4.37 or newer).
class MapEvents {
 public:
  virtual ~MapEvents() = default;

  /// Readable (poll(2)) after an event since the last arm().
  virtual int descriptor() const = 0;
  /// Forgets the events so far. Call it before the devices are read: an event between arm() and the
  /// reading makes the descriptor readable again. Throws std::system_error.
  virtual void arm() = 0;
};

}  // namespace multipath
