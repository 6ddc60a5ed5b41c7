#include "multipath/host/remove_file.h"

#include <cerrno>
#include <system_error>

#include <unistd.h>

namespace multipath {

bool remove_file(const std::string& path) {
  if (::unlink(path.c_str()) == 0) return true;
  if (errno == ENOENT) return false;
  throw std::system_error(errno, std::generic_category(), "can not remove " + path);
}

}  // namespace multipath
