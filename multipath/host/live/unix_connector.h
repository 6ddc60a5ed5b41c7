#pragma once

#include "multipath/host/byte_stream.h"

namespace multipath {

/// Sockets of the running kernel.
class UnixConnector final : public StreamConnector {
 public:
  tl::expected<std::unique_ptr<ByteStream>, std::error_code> connect(
      const std::string& name) override;
};

}  // namespace multipath
