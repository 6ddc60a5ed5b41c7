#pragma once

#include "multipath/host/event_spool.h"

namespace multipath {

/// A directory (/run/multipath/events) with a file for each device, named "8:16"; the serial is the
/// file's inode number, which tmpfs gives once. Each hand-in puts a new file in the place of the old
/// one. Hand-in and done() exclude one another by flock(2) on the directory for the few calls that
/// they take; the turn is a lock on a file beside it. Made with mode 0700 when first needed.
class LiveEventSpool final : public EventSpool {
 public:
  explicit LiveEventSpool(std::string directory) : directory_(std::move(directory)) {}

  void hand_in(DeviceNumber device) override;
  std::vector<Entry> waiting() override;
  void done(const std::vector<Entry>& entries) override;
  std::unique_ptr<Turn> take_turn() override;

 private:
  std::string directory_;
};

}  // namespace multipath
