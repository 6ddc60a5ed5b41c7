#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "multipath/host/sys_tree.h"

namespace tests {

/// A tree of files, links and folders in memory, as /sys, /proc or /dev would show it. Links within
/// a path are followed, an absolute one as if the tree were the root of all; one that leaves the
/// tree leads nowhere.
class MemoryTree final : public multipath::SysTree {
 public:
  /// Each makes the folders above it, and takes the place of what was there.
  MemoryTree& file(const std::string& path, std::string content);
  MemoryTree& link(const std::string& path, std::string target);
  MemoryTree& folder(const std::string& path);
  /// Gives a file that is there another content; links on the way are followed, as the kernel does.
  void change(const std::string& path, std::string content);
  /// A file that is there but does not answer: sysfs' EIO of a device that is going.
  MemoryTree& silent_file(const std::string& path);
  /// Takes away a file, a link, or a folder with all that is in it. Links are not followed.
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
  /// The entry's own path; nothing when there is none.
  std::optional<std::string> resolve(std::string_view path, LastLink last) const;
  const Entry* find(std::string_view path, LastLink last) const;

  std::map<std::string, Entry, std::less<>> entries_{{"", Entry{}}};
};

}  // namespace tests
