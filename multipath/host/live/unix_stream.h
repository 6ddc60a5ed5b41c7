#pragma once

#include "libsg/file_descriptor.h"
#include "multipath/host/byte_stream.h"

namespace multipath {

/// A connected stream socket. Two threads may use it at a time, if only one sends.
class UnixStream final : public ByteStream {
 public:
  /// The descriptor is non-blocking.
  explicit UnixStream(scsi::FileDescriptor socket) : socket_(std::move(socket)) {}

  std::error_code send(std::string_view bytes, std::chrono::milliseconds limit) override;
  tl::expected<std::string, std::error_code> receive(std::chrono::milliseconds limit) override;

 private:
  std::error_code wait(short event, std::chrono::milliseconds limit) const;

  scsi::FileDescriptor socket_;
};

}  // namespace multipath
