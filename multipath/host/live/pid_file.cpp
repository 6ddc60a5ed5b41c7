#include "multipath/host/live/pid_file.h"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace multipath {
namespace {

[[noreturn]] void fail(const char* doing, const std::string& path) {
  throw std::system_error(errno, std::generic_category(), doing + path);
}

}  // namespace

tl::expected<PidFile, pid_t> PidFile::take(const std::string& path) {
  constexpr mode_t mode = 0644;
  scsi::FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, mode));
  if (!file) fail("cannot open ", path);
  struct flock lock = {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  if (::fcntl(*file, F_SETLK, &lock) != 0) {
    if (errno != EACCES && errno != EAGAIN) fail("cannot lock ", path);
    // The other process may have ended meanwhile: then nobody's id is known.
    if (::fcntl(*file, F_GETLK, &lock) != 0 || lock.l_type == F_UNLCK) return tl::unexpected(0);
    return tl::unexpected(lock.l_pid);
  }
  const std::string text = std::to_string(::getpid()) + '\n';
  const auto size = static_cast<ssize_t>(text.size());
  if (::ftruncate(*file, 0) != 0 || ::pwrite(*file, text.data(), text.size(), 0) != size)
    fail("cannot write ", path);
  return PidFile(std::move(file));
}

}  // namespace multipath
