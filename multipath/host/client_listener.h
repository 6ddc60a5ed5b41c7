#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace multipath {

/// The daemon's end of a connection to a client. No call blocks.
class ClientConnection {
 public:
  virtual ~ClientConnection() = default;

  virtual int descriptor() const = 0;
  /// Of the process that connected, at that time (SO_PEERCRED).
  virtual std::uint32_t user() const = 0;
  /// Why a connection delivers or takes nothing.
  enum class Standstill : std::uint8_t {
    for_now,  ///< until the descriptor is ready
    ended,    ///< the client has closed, or the connection is broken
  };
  /// Bytes that have arrived, at most 4 KiB.
  virtual tl::expected<std::string, Standstill> receive() = 0;
  /// Returns how many bytes of the beginning were taken.
  virtual tl::expected<std::size_t, Standstill> send(std::string_view bytes) = 0;
};

/// A socket that clients connect to.
class ClientListener {
 public:
  virtual ~ClientListener() = default;

  /// Readable while a client waits.
  virtual int descriptor() const = 0;
  /// The next client that waits; null if there is none. Does not block.
  virtual std::unique_ptr<ClientConnection> accept() = 0;
};

}  // namespace multipath
