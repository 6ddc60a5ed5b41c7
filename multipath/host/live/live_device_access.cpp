#include "multipath/host/live/live_device_access.h"

#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <sstream>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include "libsg/file_descriptor.h"
#include "multipath/host/live/file_tree.h"
#include "multipath/host/live/guarded_directory.h"

namespace multipath {
namespace {

[[noreturn]] void fail(const std::string& doing) {
  throw std::system_error(errno, std::generic_category(), doing);
}

DeviceNumber number_from(dev_t device) { return {gnu_dev_major(device), gnu_dev_minor(device)}; }

/// flock(2) on an open file: released when the process ends, for whatever reason.
class FileLock final : public DeviceAccess::Lock {
 public:
  explicit FileLock(scsi::FileDescriptor descriptor) : descriptor_(std::move(descriptor)) {}

 private:
  scsi::FileDescriptor descriptor_;
};

std::string node_of(const std::string& kname) {
  std::string node = "/dev/" + kname;
  std::ranges::replace(node, '!', '/');
  return node;
}

/// /proc/locks, see fs/locks.c, lock_get_status(): "1: FLOCK  ADVISORY  WRITE 812 00:05:349 0 EOF",
/// the device in hexadecimal; lines with "->" are waiters.
std::string process_with_lock(const struct stat& file) {
  std::array<char, 64> wanted{};
  std::snprintf(wanted.data(), wanted.size(), "%02x:%02x:%llu", gnu_dev_major(file.st_dev),
                gnu_dev_minor(file.st_dev), static_cast<unsigned long long>(file.st_ino));
  const FileTree proc("/proc");
  std::istringstream locks(proc.read("locks").value_or(""));
  for (std::string line; std::getline(locks, line);) {
    std::istringstream words(line);
    std::string number, type, kind, access, process, inode;
    if (!(words >> number >> type >> kind >> access >> process >> inode)) continue;
    if (type != "FLOCK" || inode != wanted.data()) continue;
    const std::string name = read_attribute(proc, process + "/comm").value_or("");
    return "process " + process + (name.empty() ? "" : " (" + name + ")");
  }
  return "an unknown process";
}

}  // namespace

std::optional<DeviceNumber> LiveDeviceAccess::node_number(const std::string& path) const {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0 || !S_ISBLK(status.st_mode)) return std::nullopt;
  return number_from(status.st_rdev);
}

std::optional<DeviceNumber> LiveDeviceAccess::file_system_number(const std::string& path) const {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  return number_from(status.st_dev);
}

Claim LiveDeviceAccess::exclusive(const std::string& kname) const {
  const scsi::FileDescriptor device(
      ::open(node_of(kname).c_str(), O_RDONLY | O_EXCL | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
  if (device) return Claim::free;
  return errno == EBUSY ? Claim::taken : Claim::unknown;
}

std::unique_ptr<DeviceAccess::Lock> LiveDeviceAccess::lock(const std::string& path,
                                                           const std::string& about,
                                                           std::string& holder) {
  constexpr mode_t mode = S_IRUSR | S_IWUSR;
  const std::filesystem::path name(path);
  const GuardedDirectory directory(name.parent_path().string(), GuardedDirectory::Missing::refuse,
                                   GuardedDirectory::Shared::sticky);
  scsi::FileDescriptor file(::openat(directory.descriptor(), name.filename().c_str(),
                                     O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, mode));
  if (!file) fail("cannot open lock file " + path);
  if (::flock(*file, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) fail("cannot lock " + path);
    std::array<char, 256> text{};
    const ssize_t got = ::pread(*file, text.data(), text.size(), 0);
    holder.assign(text.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    holder.erase(holder.find_last_not_of(" \n") + 1);
    return nullptr;
  }
  if (::ftruncate(*file, 0) != 0 || ::pwrite(*file, about.data(), about.size(), 0) < 0)
    fail("cannot write lock file " + path);
  return std::make_unique<FileLock>(std::move(file));
}

std::unique_ptr<DeviceAccess::Lock> LiveDeviceAccess::lock_disk(const std::string& kname,
                                                                std::string& holder) {
  // Read-only: closing it must not trigger an event in udevd.
  scsi::FileDescriptor disk(
      ::open(node_of(kname).c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
  if (!disk) return nullptr;
  if (::flock(*disk, LOCK_EX | LOCK_NB) == 0) return std::make_unique<FileLock>(std::move(disk));
  struct stat status{};
  if (errno == EWOULDBLOCK && ::fstat(*disk, &status) == 0) holder = process_with_lock(status);
  return nullptr;
}

}  // namespace multipath
