#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "multipath/host/sys_tree.h"

namespace tests {

/// A tree of files, links and directories in memory, such as /sys, /proc or /dev. Links within a
/// path are followed, absolute ones relative to the tree's root; a link that leaves the tree is
/// dangling.
class MemoryTree final : public multipath::SysTree {
 public:
  /// Each creates parent directories and replaces an existing entry.
  MemoryTree& file(const std::string& path, std::string content);
  MemoryTree& link(const std::string& path, std::string target);
  MemoryTree& folder(const std::string& path);
  /// Changes the content of an existing file, following links in the path as the kernel does.
  void change(const std::string& path, std::string content);
  /// Adds an unreadable file, as sysfs returns EIO for a device that is being removed.
  MemoryTree& silent_file(const std::string& path);
  /// Removes a file, a link, or a directory with its content, without following links.
  MemoryTree& remove(const std::string& path);

  std::optional<std::string> read(std::string_view path) const override;
  std::optional<std::vector<std::string>> list(std::string_view path) const override;
  std::optional<std::string> read_link(std::string_view path) const override;
  bool exists(std::string_view path) const override;

 private:
  enum class Kind { folder, file, silent_file, link };
  struct Entry {
    Kind kind = Kind::folder;
    std::string text;  ///< content of a file, target of a link
  };
  enum class LastLink { follow, keep };

  MemoryTree& put(const std::string& path, Entry entry);
  /// Returns the entry's own path; nothing if there is no such entry.
  std::optional<std::string> resolve(std::string_view path, LastLink last) const;
  const Entry* find(std::string_view path, LastLink last) const;

  std::map<std::string, Entry, std::less<>> entries_{{"", Entry{}}};
};

}  // namespace tests
