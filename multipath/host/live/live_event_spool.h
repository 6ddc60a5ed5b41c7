#pragma once

#include "multipath/host/event_spool.h"

namespace multipath {

/// A directory (/run/multipath/events) with one file per device, named "8:16". The serial is the
/// file's inode number, which tmpfs never reuses. Adding a device replaces its file. hand_in() and
/// done() exclude each other by a short flock(2) on the directory; the turn is a lock on a file
/// beside it. Created with mode 0700 when first needed.
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
