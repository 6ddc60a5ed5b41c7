#include "multipath/host/live/guarded_directory.h"

#include <linux/fs.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <memory>
#include <system_error>

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace multipath {
namespace {

constexpr mode_t directory_mode = 0700;
constexpr mode_t file_mode = 0600;

[[noreturn]] void fail(int error, const std::string& what) {
  throw std::system_error(error, std::generic_category(), what);
}

std::string below(const std::string& directory, const std::string& name) {
  return directory == "/" ? "/" + name : directory + "/" + name;
}

/// Makes a path absolute and removes "." and "..". Symbolic links are rejected later.
std::string normal(const std::string& path) {
  auto whole = std::filesystem::absolute(path).lexically_normal();
  if (whole.filename().empty() && whole.has_relative_path()) whole = whole.parent_path();
  return whole.string();
}

void distrust(const struct stat& status, const std::string& path, GuardedDirectory::Shared shared) {
  const uid_t self = ::geteuid();
  const bool is_own = status.st_uid == 0 || status.st_uid == self;
  const bool is_group_of_one = status.st_gid == 0 || (self != 0 && status.st_uid == self);
  const mode_t others = is_group_of_one ? S_IWOTH : S_IWOTH | S_IWGRP;
  const bool is_sticky = (status.st_mode & S_ISVTX) != 0;
  if (is_own &&
      ((status.st_mode & others) == 0 || (is_sticky && shared == GuardedDirectory::Shared::sticky)))
    return;
  constexpr mode_t permissions = 07777;
  fail(EPERM,
       fmt::format("cannot write below {}: other users may write to it (owner {}, mode {:04o}); "
                   "name a directory that only {} may write to",
                   path, status.st_uid, status.st_mode & permissions, self == 0 ? "root" : "you"));
}

/// Opens subdirectory `name` of the open directory `above`.
scsi::FileDescriptor step_into(int above, const std::string& name, const std::string& path,
                               GuardedDirectory::Missing missing, GuardedDirectory::Shared shared) {
  constexpr int flags = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  scsi::FileDescriptor directory(::openat(above, name.c_str(), flags));
  if (!directory && errno == ENOENT && missing == GuardedDirectory::Missing::make) {
    if (::mkdirat(above, name.c_str(), directory_mode) != 0 && errno != EEXIST)
      fail(errno, "cannot create directory " + path);
    directory = scsi::FileDescriptor(::openat(above, name.c_str(), flags));
  }
  struct stat status{};
  if (!directory) {
    const int error = errno;
    if (::fstatat(above, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
        S_ISLNK(status.st_mode))
      fail(ELOOP,
           fmt::format(
               "{} is a symbolic link, and links are not followed; name the directory itself",
               path));
    fail(error, "cannot open directory " + path);
  }
  if (::fstat(*directory, &status) != 0) fail(errno, "cannot examine directory " + path);
  distrust(status, path, shared);
  return directory;
}

/// Reopens a directory so that it can be listed and synchronised.
scsi::FileDescriptor readable(const scsi::FileDescriptor& directory, const std::string& path) {
  scsi::FileDescriptor opened(::openat(*directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened) fail(errno, "cannot open directory " + path);
  return opened;
}

void remove_entries(int directory) {
  struct Close {
    void operator()(DIR* stream) const { ::closedir(stream); }
  };
  const std::unique_ptr<DIR, Close> stream(::fdopendir(::dup(directory)));
  if (!stream) return;
  ::rewinddir(stream.get());
  while (const dirent* entry = ::readdir(stream.get())) {
    const std::string name(entry->d_name);
    if (name == "." || name == "..") continue;
    if (::unlinkat(directory, name.c_str(), 0) == 0) continue;
    const scsi::FileDescriptor below(
        ::openat(directory, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (below) remove_entries(*below);
    ::unlinkat(directory, name.c_str(), AT_REMOVEDIR);
  }
}

}  // namespace

GuardedDirectory::GuardedDirectory(const std::string& path, Missing missing, Shared shared)
    : path_(normal(path)) {
  scsi::FileDescriptor directory(::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
  struct stat status{};
  if (!directory || ::fstat(*directory, &status) != 0) fail(errno, "cannot open directory /");
  distrust(status, "/", path_ == "/" ? shared : Shared::sticky);
  std::string walked = "/";
  const std::filesystem::path relative = std::filesystem::path(path_).relative_path();
  for (const std::filesystem::path& part : relative) {
    walked = below(walked, part.string());
    directory = step_into(*directory, part.string(), walked, missing,
                          walked == path_ ? shared : Shared::sticky);
  }
  directory_ = readable(directory, path_);
}

GuardedDirectory GuardedDirectory::make_directory(const std::string& name) const {
  const std::string path = below(path_, name);
  if (::mkdirat(*directory_, name.c_str(), directory_mode) != 0)
    fail(errno, "cannot create directory " + path);
  return directory(name);
}

GuardedDirectory GuardedDirectory::directory(const std::string& name) const {
  const std::string path = below(path_, name);
  return {path, readable(step_into(*directory_, name, path, Missing::make, Shared::no), path)};
}

void GuardedDirectory::write_new(const std::string& name, std::string_view content) const {
  const std::string path = below(path_, name);
  scsi::FileDescriptor file(::openat(
      *directory_, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, file_mode));
  if (!file) fail(errno, "cannot write " + path);
  const auto give_up = [&] {
    const int error = errno;
    ::unlinkat(*directory_, name.c_str(), 0);
    fail(error, "cannot write " + path);
  };
  while (!content.empty()) {
    const ssize_t put = ::write(*file, content.data(), content.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) give_up();
    content.remove_prefix(static_cast<std::size_t>(put));
  }
  if (::fsync(*file) != 0 || ::close(file.release()) != 0) give_up();
}

std::string GuardedDirectory::read(const std::string& name, std::size_t limit) const {
  const std::string path = below(path_, name);
  const scsi::FileDescriptor file(::openat(
      *directory_, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  struct stat status{};
  if (!file || ::fstat(*file, &status) != 0) fail(errno, "cannot read " + path);
  if (!S_ISREG(status.st_mode)) fail(EINVAL, "cannot read " + path);
  std::string content;
  std::array<char, 4096> part;
  for (;;) {
    const ssize_t got = ::read(*file, part.data(), part.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail(errno, "cannot read " + path);
    if (got == 0) return content;
    content.append(part.data(), static_cast<std::size_t>(got));
    if (content.size() > limit) fail(EFBIG, "cannot read " + path);
  }
}

std::vector<std::string> GuardedDirectory::names() const {
  std::vector<std::string> result;
  std::error_code error;
  const std::string own = fmt::format("/proc/self/fd/{}", *directory_);
  for (auto entry = std::filesystem::directory_iterator(own, error);
       !error && entry != std::filesystem::directory_iterator(); entry.increment(error))
    result.push_back(entry->path().filename());
  if (error) fail(error.value(), "cannot list " + path_);
  std::ranges::sort(result);
  return result;
}

void GuardedDirectory::move(const std::string& name, const GuardedDirectory& to) const {
  if (::renameat2(*directory_, name.c_str(), *to.directory_, name.c_str(), RENAME_NOREPLACE) != 0)
    fail(errno, fmt::format("cannot move {} to {}", below(path_, name), to.path_));
}

void GuardedDirectory::sync() const {
  if (::fsync(*directory_) != 0) fail(errno, "cannot write " + path_);
}

void GuardedDirectory::remove_directory(const std::string& name) const noexcept {
  try {
    const scsi::FileDescriptor directory(
        ::openat(*directory_, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (directory) remove_entries(*directory);
  } catch (const std::exception&) {
    // Out of memory: keep the content.
  }
  ::unlinkat(*directory_, name.c_str(), AT_REMOVEDIR);
}

}  // namespace multipath
