#pragma once

#include <memory>

#include "libsg/transport.h"

namespace multipath {

/// Asks logical units from another process, made at construction, so that this one can always end.
///
/// A thread that waits for a command on a block node sleeps so that no signal reaches it (kernel,
/// block/blk-mq.c, blk_execute_rq), until the device answers or the error recovery of its host is
/// over; as long as one of its threads does, a process does not end. (On sg nodes it does:
/// drivers/scsi/sg.c waits interruptibly.) The other process takes that upon itself: it has no
/// descriptor of this one's but its socket, ends when this one does, or when the last of its
/// commands comes back, and nobody waits for it.
///
/// To be constructed while the process has one thread.
class IsolatedTransport final : public scsi::Transport {
 public:
  /// `inner` does the work over there. Throws std::system_error when no process can be made.
  explicit IsolatedTransport(std::unique_ptr<scsi::Transport> inner);
  ~IsolatedTransport() override;
  IsolatedTransport(const IsolatedTransport&) = delete;
  IsolatedTransport& operator=(const IsolatedTransport&) = delete;

  std::unique_ptr<scsi::LogicalUnit> open(std::string_view node) override;

 private:
  int control_;
};

}  // namespace multipath
