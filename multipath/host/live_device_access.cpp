#include "multipath/host/live_device_access.h"

#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace multipath {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  explicit operator bool() const { return number_ >= 0; }
  int get() const { return number_; }
  int release() {
    const int number = number_;
    number_ = -1;
    return number;
  }

 private:
  int number_;
};

[[noreturn]] void fail(const std::string& doing) {
  throw std::system_error(errno, std::generic_category(), doing);
}

DeviceNumber number_from(dev_t device) { return {gnu_dev_major(device), gnu_dev_minor(device)}; }

/// flock(2) on an open file: gone with the process, whatever ends it.
class FileLock final : public DeviceAccess::Lock {
 public:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}

 private:
  Descriptor descriptor_;
};

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
  std::string node = "/dev/" + kname;
  std::ranges::replace(node, '!', '/');
  const Descriptor device(
      ::open(node.c_str(), O_RDONLY | O_EXCL | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
  if (device) return Claim::free;
  return errno == EBUSY ? Claim::taken : Claim::unknown;
}

void LiveDeviceAccess::write_attribute(const std::string& path, std::string_view text) {
  const std::string file = "/sys/" + path;
  const Descriptor attribute(::open(file.c_str(), O_WRONLY | O_CLOEXEC));
  if (!attribute) fail("can not open " + file);
  if (::write(attribute.get(), text.data(), text.size()) < 0) fail("can not write to " + file);
}

void LiveDeviceAccess::make_directory(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) throw std::system_error(error, "can not make directory " + path);
  if (::chmod(path.c_str(), S_IRWXU) != 0) fail("can not protect directory " + path);
}

std::unique_ptr<DeviceAccess::Lock> LiveDeviceAccess::lock(const std::string& path,
                                                           const std::string& about,
                                                           std::string& holder) {
  constexpr mode_t mode = S_IRUSR | S_IWUSR;
  Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, mode));
  if (!file) fail("can not open lock file " + path);
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) fail("can not lock " + path);
    std::array<char, 256> text{};
    const ssize_t got = ::pread(file.get(), text.data(), text.size(), 0);
    holder.assign(text.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    holder.erase(holder.find_last_not_of(" \n") + 1);
    return nullptr;
  }
  if (::ftruncate(file.get(), 0) != 0 || ::pwrite(file.get(), about.data(), about.size(), 0) < 0)
    fail("can not write lock file " + path);
  return std::make_unique<FileLock>(file.release());
}

}  // namespace multipath
