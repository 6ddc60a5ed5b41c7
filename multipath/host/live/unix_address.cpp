#include "multipath/host/live/unix_address.h"

#include <cstddef>
#include <cstring>

namespace multipath {

UnixAddress unix_address(const std::string& name) {
  UnixAddress result;
  result.address.sun_family = AF_UNIX;
  // A path needs its NUL; an abstract name starts with NUL instead of '@' and has none at the end.
  const bool abstract = name.starts_with('@');
  const std::size_t size = abstract ? name.size() : name.size() + 1;
  if (name.empty() || name == "@" || name.find('\0') != std::string::npos ||
      size > sizeof result.address.sun_path)
    return result;
  std::memcpy(result.address.sun_path, name.c_str(), size);
  if (abstract) result.address.sun_path[0] = '\0';
  result.length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + size);
  return result;
}

}  // namespace multipath
