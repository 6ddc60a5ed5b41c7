#pragma once

#include <string>

#include "multipath/host/sys_tree.h"

namespace multipath {

/// A real directory: /sys, /proc, or a copy of one. Only a descriptor of the directory is kept, so
/// that a later chroot or mount above it does not matter. What a call costs in system calls is part
/// of the contract, as a host has thousands of attributes: read() three (openat, read, close) on
/// sysfs, one read more elsewhere; list() four; read_link() and exists() one.
///
/// Throws std::system_error only where the program is at fault and not the file: too many open
/// files, no memory.
class FileTree final : public SysTree {
 public:
  /// Throws std::system_error when `root` can not be opened as a directory.
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

/// Relative, not empty, and without a ".." part. Paths with a NUL byte are none either.
bool stays_below_root(std::string_view path);

}  // namespace multipath
