#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>

#include <tl/expected.hpp>

namespace multipath {

/// A connection to another process of this host, for a client that waits for each reply.
class ByteStream {
 public:
  virtual ~ByteStream() = default;

  /// Sends all bytes. ETIMEDOUT if the peer accepts nothing for `limit`; EPIPE if it has closed.
  virtual std::error_code send(std::string_view bytes, std::chrono::milliseconds limit) = 0;
  /// Returns the bytes that have arrived, at most 64 KiB; an empty string if the peer has closed.
  /// ETIMEDOUT if nothing arrives for `limit`.
  virtual tl::expected<std::string, std::error_code> receive(std::chrono::milliseconds limit) = 0;
};

/// Opens connections to sockets of this host.
class StreamConnector {
 public:
  virtual ~StreamConnector() = default;

  /// Connects to a stream socket: a path, or '@' and a name in the abstract namespace. Returns
  /// EACCES if neither root nor the caller listens there: every user can bind an abstract name, and
  /// EAGAIN if the queue of the listener is full. Does not block.
  virtual tl::expected<std::unique_ptr<ByteStream>, std::error_code> connect(
      const std::string& name) = 0;
};

}  // namespace multipath
