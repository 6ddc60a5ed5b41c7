#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <string>

namespace multipath {

/// The address of a unix socket, unix(7).
struct UnixAddress {
  sockaddr_un address = {};
  socklen_t length = 0;  ///< 0 for a name that is empty or too long

  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&address); }
};

/// `name` is a path, or '@' and a name in the abstract namespace.
UnixAddress unix_address(const std::string& name);

}  // namespace multipath
