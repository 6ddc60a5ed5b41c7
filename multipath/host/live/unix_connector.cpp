#include "multipath/host/live/unix_connector.h"

#include <sys/socket.h>

#include <cerrno>

#include <unistd.h>

#include "libsg/file_descriptor.h"
#include "multipath/host/live/unix_address.h"
#include "multipath/host/live/unix_stream.h"

namespace multipath {
namespace {

std::error_code last_error() { return {errno, std::generic_category()}; }

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
