#include "multipath/host/live/file_tree.h"

#include <linux/magic.h>
#include <sys/statfs.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstddef>
#include <system_error>

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include "libsg/file_descriptor.h"

namespace multipath {
namespace {

/// O_NONBLOCK: a FIFO in a copied tree must not block. sysfs and procfs ignore the flag.
scsi::FileDescriptor open_at(int directory, std::string_view path, int flags) {
  if (!stays_below_root(path)) return scsi::FileDescriptor(-1);
  const std::string name(path);
  const int descriptor =
      ::openat(directory, name.c_str(), flags | O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (descriptor < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOMEM))
    throw std::system_error(errno, std::generic_category(), "cannot open " + name);
  return scsi::FileDescriptor(descriptor);
}

ssize_t read_some(int descriptor, char* buffer, std::size_t size) {
  ssize_t got = 0;
  do {
    got = ::read(descriptor, buffer, size);
  } while (got < 0 && errno == EINTR);
  return got;
}

}  // namespace

bool stays_below_root(std::string_view path) {
  if (path.empty() || path.front() == '/' || path.find('\0') != path.npos) return false;
  while (!path.empty()) {
    const auto slash = path.find('/');
    if (path.substr(0, slash) == "..") return false;
    path = slash == path.npos ? std::string_view() : path.substr(slash + 1);
  }
  return true;
}

int FileTree::directory() const {
  std::call_once(opened_, [this] {
    directory_ = ::open(root_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (directory_ < 0)
      throw std::system_error(errno, std::generic_category(), "cannot open directory " + root_);
    // A sysfs attribute is generated whole by the first read and is at most a page
    // (fs/kernfs/file.c: one seq_file record for text; a binary attribute returns as much as
    // requested until its end), and a file of a tmpfs, as udev's database is, ends where a read is
    // short (mm/shmem.c). That does not hold in /proc, where a file consists of many records and a
    // read stops before a record that does not fit (fs/seq_file.c). Other file systems are not read
    // often enough for it to matter.
    struct statfs file_system{};
    short_read_is_end_ = ::fstatfs(directory_, &file_system) == 0 &&
                         (file_system.f_type == SYSFS_MAGIC || file_system.f_type == TMPFS_MAGIC);
  });
  return directory_;
}

FileTree::~FileTree() {
  if (directory_ >= 0) ::close(directory_);
}

std::optional<std::string> FileTree::read(std::string_view path) const {
  const scsi::FileDescriptor file = open_at(directory(), path, 0);
  if (!file) return std::nullopt;
  std::array<char, 4096> page;
  std::string content;
  for (;;) {
    const ssize_t got = read_some(*file, page.data(), page.size());
    if (got < 0) return std::nullopt;
    content.append(page.data(), static_cast<std::size_t>(got));
    if (got == 0 || (short_read_is_end_ && static_cast<std::size_t>(got) < page.size()))
      return content;
    if (content.size() > content_limit) return std::nullopt;
  }
}

std::optional<std::vector<std::string>> FileTree::list(std::string_view path) const {
  const scsi::FileDescriptor listed = open_at(directory(), path, O_DIRECTORY);
  if (!listed) return std::nullopt;
  std::vector<std::string> names;
  alignas(dirent64) std::array<char, 32768> entries;
  for (;;) {
    const ssize_t got = ::getdents64(*listed, entries.data(), entries.size());
    if (got < 0) return std::nullopt;
    if (got == 0) return names;
    for (ssize_t at = 0; at < got;) {
      const auto* entry = reinterpret_cast<const dirent64*>(entries.data() + at);
      const std::string_view name(entry->d_name);
      if (name != "." && name != "..") names.emplace_back(name);
      at += entry->d_reclen;
    }
  }
}

std::optional<std::string> FileTree::read_link(std::string_view path) const {
  if (!stays_below_root(path)) return std::nullopt;
  std::array<char, PATH_MAX> text;
  const ssize_t size =
      ::readlinkat(directory(), std::string(path).c_str(), text.data(), text.size());
  if (size < 0) return std::nullopt;
  return std::string(text.data(), static_cast<std::size_t>(size));
}

bool FileTree::exists(std::string_view path) const {
  return stays_below_root(path) &&
         ::faccessat(directory(), std::string(path).c_str(), F_OK, 0) == 0;
}

Presence FileTree::presence(std::string_view path) const {
  if (!stays_below_root(path)) return Presence::absent;
  if (::faccessat(directory(), std::string(path).c_str(), F_OK, 0) == 0) return Presence::there;
  return errno == ENOENT || errno == ENOTDIR ? Presence::absent : Presence::unknown;
}

}  // namespace multipath
