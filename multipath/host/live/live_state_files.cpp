#include "multipath/host/live/live_state_files.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include "libsg/file_descriptor.h"

namespace multipath {
namespace {

constexpr mode_t file_mode = 0600;
constexpr mode_t directory_mode = 0700;
/// Far above any real file: 10,000 units take 400 KB.
constexpr std::size_t content_limit = 64U << 20U;

[[noreturn]] void refuse(int error, const char* verb, const std::string& path) {
  throw std::system_error(error, std::generic_category(), fmt::format("cannot {} {}", verb, path));
}

/// A user who may write such a file controls what root does with disks.
void distrust_what_others_may_write(const struct stat& status, const std::string& path) {
  const uid_t self = ::geteuid();
  const bool is_own = status.st_uid == 0 || status.st_uid == self;
  const bool is_group_of_one = status.st_gid == 0 || (self != 0 && status.st_uid == self);
  const mode_t others = is_group_of_one ? S_IWOTH : S_IWOTH | S_IWGRP;
  const bool is_writable = (status.st_mode & others) != 0;
  if (is_own && !is_writable) return;
  constexpr mode_t permissions = 07777;
  std::vector<std::string> remedies;
  if (!is_own) remedies.push_back(fmt::format("`chown root {}`", path));
  if (is_writable) remedies.push_back(fmt::format("`chmod go-w {}`", path));
  throw UntrustedFile(
      path, fmt::format("users other than root may write to the file (owner {}, mode {:04o}); "
                        "check its content, then run {}",
                        status.st_uid, status.st_mode & permissions, fmt::join(remedies, " and ")));
}

std::string content_of(int descriptor, const std::string& path) {
  struct stat status{};
  if (::fstat(descriptor, &status) != 0) refuse(errno, "read", path);
  if (!S_ISREG(status.st_mode)) refuse(EINVAL, "read non-regular file", path);
  distrust_what_others_may_write(status, path);
  std::string content;
  std::array<char, 65536> buffer;
  for (off_t offset = 0;;) {
    const ssize_t got = ::pread(descriptor, buffer.data(), buffer.size(), offset);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) refuse(errno, "read", path);
    if (got == 0) return content;
    content.append(buffer.data(), static_cast<std::size_t>(got));
    offset += got;
    if (content.size() > content_limit) refuse(EFBIG, "read", path);
  }
}

/// An open file description lock: it conflicts with multipath-tools' fcntl lock, but closing
/// another descriptor of the file does not release it.
bool lock(int descriptor, std::chrono::milliseconds patience, const std::string& path) {
  constexpr std::chrono::milliseconds pause(20);
  struct flock whole{};
  whole.l_type = F_WRLCK;
  whole.l_whence = SEEK_SET;
  for (auto waited = std::chrono::milliseconds(0);; waited += pause) {
    if (::fcntl(descriptor, F_OFD_SETLK, &whole) == 0) return true;
    if (errno != EAGAIN && errno != EACCES && errno != EINTR) refuse(errno, "lock", path);
    if (waited >= patience) return false;
    std::this_thread::sleep_for(pause);
  }
}

bool is_still(int descriptor, const std::string& path) {
  struct stat locked{};
  struct stat named{};
  return ::fstat(descriptor, &locked) == 0 && ::lstat(path.c_str(), &named) == 0 &&
         locked.st_dev == named.st_dev && locked.st_ino == named.st_ino;
}

void write_all(int descriptor, const std::string& content, const std::string& path) {
  for (std::size_t at = 0; at < content.size();) {
    const ssize_t put = ::write(descriptor, content.data() + at, content.size() - at);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) refuse(errno, "write", path);
    at += static_cast<std::size_t>(put);
  }
  if (::fsync(descriptor) != 0) refuse(errno, "write", path);
}

/// A new file beside `path`, removed unless it was renamed. Only the owner of the lock creates one,
/// so one name suffices, and the next change removes the file of a run that was killed.
class Replacement {
 public:
  explicit Replacement(const std::string& path) : path_(path), temporary_(path + ".new") {}
  ~Replacement() {
    if (exists_) ::unlink(temporary_.c_str());
  }
  Replacement(const Replacement&) = delete;
  Replacement& operator=(const Replacement&) = delete;

  void write(const std::string& content) {
    ::unlink(temporary_.c_str());  // left by a run that was killed
    const scsi::FileDescriptor file(::open(
        temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, file_mode));
    if (*file < 0) refuse(errno, "create", temporary_);
    exists_ = true;
    if (::fchmod(*file, file_mode) != 0) refuse(errno, "write", temporary_);
    write_all(*file, content, temporary_);
  }

  void take_place() {
    if (::rename(temporary_.c_str(), path_.c_str()) != 0) refuse(errno, "replace", path_);
    exists_ = false;
    const std::string directory = std::filesystem::path(path_).parent_path();
    const scsi::FileDescriptor opened(
        ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (*opened < 0 || ::fsync(*opened) != 0) refuse(errno, "write", directory);
  }

 private:
  std::string path_;
  std::string temporary_;
  bool exists_ = false;
};

int open_for_update(const std::string& path) {
  constexpr int flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
  int descriptor = ::open(path.c_str(), flags, file_mode);
  if (descriptor < 0 && errno == ENOENT) {
    const std::string directory = std::filesystem::path(path).parent_path();
    if (::mkdir(directory.c_str(), directory_mode) != 0 && errno != EEXIST)
      refuse(errno, "create", directory);
    descriptor = ::open(path.c_str(), flags, file_mode);
  }
  if (descriptor < 0) refuse(errno, "open", path);
  return descriptor;
}

}  // namespace

std::optional<std::string> LiveStateFiles::read(const std::string& path) {
  const scsi::FileDescriptor file(
      ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (*file < 0) {
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    refuse(errno, "open", path);
  }
  return content_of(*file, path);
}

std::vector<std::string> LiveStateFiles::list(const std::string& directory) {
  std::vector<std::string> names;
  std::error_code error;
  std::filesystem::directory_iterator entries(directory, error);
  if (error == std::errc::no_such_file_or_directory || error == std::errc::not_a_directory)
    return names;
  if (error) throw std::system_error(error, "cannot list " + directory);
  for (const auto& entry : entries) names.push_back(entry.path().filename());
  std::ranges::sort(names);
  return names;
}

bool LiveStateFiles::update(const std::string& path, const Change& change) {
  // If another process renamed a new file over this one during the wait, the lock is on the old
  // file.
  constexpr int most_attempts = 100;
  for (int attempt = 0; attempt < most_attempts; ++attempt) {
    const scsi::FileDescriptor file(open_for_update(path));
    if (!lock(*file, patience_, path)) refuse(EBUSY, "lock", path);
    if (!is_still(*file, path)) continue;
    const std::string content = content_of(*file, path);
    const auto changed = change(content);
    if (!changed || *changed == content) return false;
    Replacement replacement(path);
    replacement.write(*changed);
    replacement.take_place();
    return true;
  }
  refuse(EBUSY, "lock", path);
}

bool LiveStateFiles::try_update(const std::string& path, const Change& change) {
  try {
    return LiveStateFiles(std::chrono::milliseconds(0)).update(path, change);
  } catch (const std::system_error& error) {
    if (error.code() == std::errc::device_or_resource_busy) return false;
    throw;
  }
}

bool LiveStateFiles::remove(const std::string& path) {
  if (::unlink(path.c_str()) == 0) return true;
  if (errno == ENOENT) return false;
  refuse(errno, "remove", path);
}

}  // namespace multipath
