#pragma once

#include "multipath/host/live/udev_files.h"

namespace multipath {

/// The running machine's udev: the database by its files, the event queue through libudev.
/// libudev's objects must not be shared between threads, so each call creates its own and may run in
/// any thread.
class LiveUdev final : public UdevFiles {
 public:
  using UdevFiles::UdevFiles;

  /// Watches the queue file that udevd keeps while it has events. Does not notice an event that the
  /// kernel has sent but udevd has not yet read: to wait for the events of a dm operation, use
  /// dm::UdevBatch.
  bool settle(std::chrono::milliseconds limit) const override;
};

}  // namespace multipath
