#pragma once

#include <mutex>
#include <string>
#include <utility>

#include "multipath/host/sys_tree.h"

namespace multipath {

/// A real directory: /sys, /proc, or a copy of one. Opens the directory for the first question, since
/// most runs for a uevent use one tree only, and keeps only its descriptor, so that a later chroot or
/// mount over it has no effect. The number of system calls is part of the contract, as a host has
/// thousands of attributes: read() makes three (openat, read, close) on sysfs and one more elsewhere;
/// list() makes four; read_link() and exists() make one.
///
/// Throws std::system_error only for failures of the program rather than the file: a root that is not
/// a directory, too many open files, out of memory.
class FileTree final : public SysTree {
 public:
  explicit FileTree(std::string root) : root_(std::move(root)) {}
  ~FileTree() override;
  FileTree(const FileTree&) = delete;
  FileTree& operator=(const FileTree&) = delete;

  std::optional<std::string> read(std::string_view path) const override;
  std::optional<std::vector<std::string>> list(std::string_view path) const override;
  std::optional<std::string> read_link(std::string_view path) const override;
  bool exists(std::string_view path) const override;
  Presence presence(std::string_view path) const override;

 private:
  /// Throws std::system_error if the root cannot be opened as a directory.
  int directory() const;

  std::string root_;
  mutable std::once_flag opened_;
  mutable int directory_ = -1;
  mutable bool short_read_is_end_ = false;
};

/// Whether `path` is relative, not empty, and without a ".." component or a NUL byte.
bool stays_below_root(std::string_view path);

}  // namespace multipath
