#pragma once

#include <string>

#include "multipath/host/sys_tree.h"

namespace multipath {

/// A real directory: /sys, /proc, or a copy of one. Keeps only a descriptor of the directory, so a
/// later chroot or mount over it has no effect. The number of system calls is part of the contract,
/// as a host has thousands of attributes: read() makes three (openat, read, close) on sysfs and one
/// more elsewhere; list() makes four; read_link() and exists() make one.
///
/// Throws std::system_error only for failures of the program rather than the file: too many open
/// files, out of memory.
class FileTree final : public SysTree {
 public:
  /// Throws std::system_error if `root` cannot be opened as a directory.
  explicit FileTree(const std::string& root);
  ~FileTree() override;
  FileTree(const FileTree&) = delete;
  FileTree& operator=(const FileTree&) = delete;

  std::optional<std::string> read(std::string_view path) const override;
  std::optional<std::vector<std::string>> list(std::string_view path) const override;
  std::optional<std::string> read_link(std::string_view path) const override;
  bool exists(std::string_view path) const override;
  Presence presence(std::string_view path) const override;

 private:
  int directory_ = -1;
  bool short_read_is_end_ = false;
};

/// Whether `path` is relative, not empty, and without a ".." component or a NUL byte.
bool stays_below_root(std::string_view path);

}  // namespace multipath
