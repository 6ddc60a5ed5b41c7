#include "multipath/host/live/systemd_manager.h"

#include <sys/socket.h>

#include "multipath/host/live/unix_address.h"

namespace multipath {

SystemdManager::SystemdManager(const std::string& socket)
    : name_(socket),
      socket_(socket.empty() ? -1 : ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {}

void SystemdManager::notify(std::string_view state) {
  const UnixAddress address = unix_address(name_);
  if (!socket_ || address.length == 0) return;
  ::sendto(*socket_, state.data(), state.size(), MSG_NOSIGNAL | MSG_DONTWAIT, address.get(),
           address.length);
}

}  // namespace multipath
