#include "multipath/host/live/unix_stream.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include <poll.h>

namespace multipath {
namespace {

std::error_code last_error() { return {errno, std::generic_category()}; }

}  // namespace

std::error_code UnixStream::send(std::string_view bytes, std::chrono::milliseconds limit) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(*socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0)
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    else if (errno != EINTR && errno != EAGAIN)
      return last_error();
    else if (const auto error = wait(POLLOUT, limit))
      return error;
  }
  return {};
}

tl::expected<std::string, std::error_code> UnixStream::receive(std::chrono::milliseconds limit) {
  std::string bytes(std::size_t{64} << 10U, '\0');
  for (;;) {
    const ssize_t received = ::recv(*socket_, bytes.data(), bytes.size(), 0);
    if (received >= 0) {
      bytes.resize(static_cast<std::size_t>(received));
      return bytes;
    }
    if (errno != EINTR && errno != EAGAIN) return tl::unexpected(last_error());
    if (const auto error = wait(POLLIN, limit)) return tl::unexpected(error);
  }
}

/// poll() alone waits.
std::error_code UnixStream::wait(short event, std::chrono::milliseconds limit) const {
  constexpr std::chrono::milliseconds longest = std::chrono::hours(24);
  pollfd ready{.fd = *socket_, .events = event, .revents = 0};
  const int count = ::poll(&ready, 1, static_cast<int>(std::min(limit, longest).count()));
  if (count == 0) return {ETIMEDOUT, std::generic_category()};
  return count < 0 && errno != EINTR ? last_error() : std::error_code();
}

}  // namespace multipath
