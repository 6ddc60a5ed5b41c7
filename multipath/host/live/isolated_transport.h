#pragma once

#include <memory>

#include "libsg/transport.h"

namespace multipath {

/// Sends commands to logical units from a separate process, forked at construction, so that this
/// process can always exit.
///
/// A thread that waits for a command on a block node sleeps uninterruptibly (kernel,
/// block/blk-mq.c, blk_execute_rq) until the device answers or the error recovery of its host ends,
/// and a process cannot exit while one of its threads does. (Commands on sg nodes wait
/// interruptibly: drivers/scsi/sg.c.) The separate process has no descriptor of this process except
/// its socket. It exits when this process has exited and its last command has returned, and no
/// process waits for it.
///
/// Construct it while the process has one thread.
class IsolatedTransport final : public scsi::Transport {
 public:
  /// The separate process uses `inner`. Throws std::system_error if the fork fails.
  explicit IsolatedTransport(std::unique_ptr<scsi::Transport> inner);
  ~IsolatedTransport() override;
  IsolatedTransport(const IsolatedTransport&) = delete;
  IsolatedTransport& operator=(const IsolatedTransport&) = delete;

  std::unique_ptr<scsi::LogicalUnit> open(std::string_view node) override;

 private:
  int control_;
};

}  // namespace multipath
