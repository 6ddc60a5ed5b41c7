#pragma once

#include <string>

#include "libsg/transport.h"

namespace scsi {

/// SG_IO through libsgutils2's pass-through, on nodes below `directory` ("/dev").
/// Nodes are opened O_RDONLY | O_NONBLOCK | O_CLOEXEC.
class SgIoTransport : public Transport {
 public:
  explicit SgIoTransport(std::string directory);
  std::unique_ptr<LogicalUnit> open(std::string_view node) override;

 private:
  std::string directory_;
};

}  // namespace scsi
