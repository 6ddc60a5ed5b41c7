#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace multipath {

/// Read access to a tree of files such as /sys or /proc. Paths are relative to its root
/// ("class/block"), never leave it by "..", and name what the kernel has there.
class SysTree {
 public:
  virtual ~SysTree() = default;

  /// The whole content of a file as it is, at most 1 MiB; nothing when it is not there or does not
  /// answer (sysfs answers EIO or ENODEV for a device that is going).
  virtual std::optional<std::string> read(std::string_view path) const = 0;

  /// The names in a directory, in no order, without "." and ".."; nothing when there is no such
  /// directory.
  virtual std::optional<std::vector<std::string>> list(std::string_view path) const = 0;

  /// A symbolic link's own text, not followed.
  virtual std::optional<std::string> read_link(std::string_view path) const = 0;

  virtual bool exists(std::string_view path) const = 0;
};

/// read(), without the line's end and blanks behind it.
std::optional<std::string> read_attribute(const SysTree& tree, std::string_view path);

}  // namespace multipath
