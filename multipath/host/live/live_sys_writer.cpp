#include "multipath/host/live/live_sys_writer.h"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "multipath/host/live/file_tree.h"

namespace multipath {
namespace {

/// Returns 0 or errno. An attribute takes a value whole or not at all (fs/sysfs/file.c,
/// sysfs_kf_write), so a short write is a failure.
int write_once(const std::string& file, std::string_view value) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (descriptor < 0) return errno;
  ssize_t written = -1;
  do {
    written = ::write(descriptor, value.data(), value.size());
  } while (written < 0 && errno == EINTR);
  const int error = written < 0 ? errno : EIO;
  ::close(descriptor);
  return written == static_cast<ssize_t>(value.size()) ? 0 : error;
}

}  // namespace

void LiveSysWriter::write(std::string_view path, std::string_view value) {
  const std::string file = fmt::format("{}/{}", root_, path);
  const int error = stays_below_root(path) ? write_once(file, value) : EINVAL;
  if (error != 0) {
    throw std::system_error(error, std::generic_category(),
                            fmt::format("cannot write {} to {}", value, file));
  }
}

}  // namespace multipath
