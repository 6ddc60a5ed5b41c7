#pragma once

#include <string>

#include "libsg/transport.h"

namespace scsi {

/// SG_IO through libsgutils2's pass-through, on nodes below `directory` ("/dev").
/// Nodes are opened O_RDONLY | O_NONBLOCK | O_CLOEXEC; a node is a name, not a path: "", a leading
/// dot and "/" are refused with EINVAL.
///
/// The kernel gets a command's time-out rounded up to whole seconds, 1 at least. What a device in
/// error recovery costs is added and cannot be limited here: SG_IO waits for the recovery
/// (for block nodes also in open()), so a caller with a deadline asks in a separate thread.
///
/// System calls: open, fstat and close for each unit, one ioctl for each command.
class SgIoTransport : public Transport {
 public:
  explicit SgIoTransport(std::string directory);
  std::unique_ptr<LogicalUnit> open(std::string_view node) override;

 private:
  std::string directory_;
};

}  // namespace scsi
