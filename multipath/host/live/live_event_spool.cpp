#include "multipath/host/live/live_event_spool.h"

#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "multipath/host/live/guarded_directory.h"

namespace multipath {
namespace {

constexpr mode_t file_mode = 0600;

[[noreturn]] void refuse(const char* verb, const std::string& path) {
  throw std::system_error(errno, std::generic_category(), fmt::format("cannot {} {}", verb, path));
}

/// No fsync: /run is a file system in memory.
GuardedDirectory open_directory(const std::string& path) {
  return {path, GuardedDirectory::Missing::make, GuardedDirectory::Shared::no};
}

/// Released when the descriptor is closed.
void exclude_others(const GuardedDirectory& directory) {
  while (::flock(directory.descriptor(), LOCK_EX) != 0) {
    if (errno != EINTR) refuse("lock", directory.path());
  }
}

std::uint64_t serial_of(const GuardedDirectory& directory, const std::string& name) {
  struct stat status{};
  return ::fstatat(directory.descriptor(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0
             ? status.st_ino
             : 0;
}

class FileTurn final : public EventSpool::Turn {
 public:
  explicit FileTurn(scsi::FileDescriptor file) : file_(std::move(file)) {}

 private:
  scsi::FileDescriptor file_;
};

}  // namespace

void LiveEventSpool::hand_in(DeviceNumber device) {
  const GuardedDirectory directory = open_directory(directory_);
  exclude_others(directory);
  const std::string name = to_string(device);
  const std::string fresh = ".new";  // at most one exists, under the lock
  ::unlinkat(directory.descriptor(), fresh.c_str(), 0);
  const scsi::FileDescriptor file(::openat(directory.descriptor(), fresh.c_str(),
                                           O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
                                           file_mode));
  if (!file ||
      ::renameat(directory.descriptor(), fresh.c_str(), directory.descriptor(), name.c_str()) != 0)
    refuse("create", directory_ + "/" + name);
}

std::vector<EventSpool::Entry> LiveEventSpool::waiting() {
  const GuardedDirectory directory = open_directory(directory_);
  struct Close {
    void operator()(DIR* stream) const { ::closedir(stream); }
  };
  const std::unique_ptr<DIR, Close> stream(::fdopendir(::dup(directory.descriptor())));
  if (!stream) refuse("read", directory_);
  std::vector<Entry> entries;
  while (const dirent* file = ::readdir(stream.get())) {
    const auto device = parse_device_number(file->d_name);
    if (!device) continue;
    entries.push_back({*device, serial_of(directory, file->d_name)});
  }
  std::ranges::sort(entries);
  return entries;
}

void LiveEventSpool::done(const std::vector<Entry>& entries) {
  const GuardedDirectory directory = open_directory(directory_);
  exclude_others(directory);
  for (const Entry& entry : entries) {
    const std::string name = to_string(entry.device);
    if (serial_of(directory, name) == entry.serial)
      ::unlinkat(directory.descriptor(), name.c_str(), 0);
  }
}

std::unique_ptr<EventSpool::Turn> LiveEventSpool::take_turn() {
  open_directory(directory_);
  const std::string path = directory_ + ".lock";
  const std::filesystem::path whole(path);
  const GuardedDirectory above(whole.parent_path().string(), GuardedDirectory::Missing::refuse,
                               GuardedDirectory::Shared::no);
  scsi::FileDescriptor file(::openat(above.descriptor(), whole.filename().c_str(),
                                     O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, file_mode));
  if (!file) refuse("open", path);
  if (::flock(*file, LOCK_EX | LOCK_NB) == 0) return std::make_unique<FileTurn>(std::move(file));
  if (errno != EWOULDBLOCK) refuse("lock", path);
  return nullptr;
}

}  // namespace multipath
