#include "multipath/host/live/udev_control.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <string_view>

#include <unistd.h>

namespace multipath {

bool udevd_listens() {
  constexpr std::string_view path = "/run/udev/control";
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(static_cast<char*>(address.sun_path), sizeof address.sun_path - 1);
  const int client = ::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (client < 0) return false;
  const bool connected =
      ::connect(client, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  // No permission, or a full queue: a daemon is listening.
  const bool listens = connected || errno == EACCES || errno == EPERM || errno == EAGAIN;
  ::close(client);
  return listens;
}

}  // namespace multipath
