#include "multipath/host/live/unix_connector.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include <poll.h>
#include <unistd.h>

#include "libsg/file_descriptor.h"
#include "multipath/host/live/unix_address.h"

namespace multipath {
namespace {

std::error_code last_error() { return {errno, std::generic_category()}; }

/// The descriptor is non-blocking: poll() alone waits.
class UnixStream final : public ByteStream {
 public:
  explicit UnixStream(scsi::FileDescriptor socket) : socket_(std::move(socket)) {}

  std::error_code send(std::string_view bytes, std::chrono::milliseconds limit) override {
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

  tl::expected<std::string, std::error_code> receive(std::chrono::milliseconds limit) override {
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

 private:
  std::error_code wait(short event, std::chrono::milliseconds limit) const {
    constexpr std::chrono::milliseconds longest = std::chrono::hours(24);
    pollfd ready{.fd = *socket_, .events = event, .revents = 0};
    const int count = ::poll(&ready, 1, static_cast<int>(std::min(limit, longest).count()));
    if (count == 0) return {ETIMEDOUT, std::generic_category()};
    return count < 0 && errno != EINTR ? last_error() : std::error_code();
  }

  scsi::FileDescriptor socket_;
};

bool is_trusted(int socket) {
  ucred peer = {};
  socklen_t size = sizeof peer;
  return ::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
         (peer.uid == 0 || peer.uid == ::geteuid());
}

}  // namespace

tl::expected<std::unique_ptr<ByteStream>, std::error_code> UnixConnector::connect(
    const std::string& name) {
  const UnixAddress address = unix_address(name);
  if (address.length == 0)
    return tl::unexpected(std::make_error_code(std::errc::filename_too_long));
  scsi::FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket || ::connect(*socket, address.get(), address.length) != 0)
    return tl::unexpected(last_error());
  if (!is_trusted(*socket))
    return tl::unexpected(std::make_error_code(std::errc::permission_denied));
  return std::make_unique<UnixStream>(std::move(socket));
}

}  // namespace multipath
