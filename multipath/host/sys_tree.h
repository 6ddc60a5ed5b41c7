#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "multipath/model/device_number.h"

namespace multipath {

enum class Presence : std::uint8_t {
  there,
  absent,
  unknown,  ///< the query failed: no permission, an I/O error
};

/// Read access to a tree of files such as /sys or /proc. Paths are relative to its root
/// ("class/block") and never contain "..".
class SysTree {
 public:
  /// In bytes. An ordinary user can create a mountinfo of many megabytes.
  static constexpr std::size_t content_limit = 64U << 20;

  virtual ~SysTree() = default;

  /// Returns the whole content of a file, never a part of it. Returns nothing if the file is
  /// missing, cannot be read (sysfs returns EIO or ENODEV for a device that is being removed) or is
  /// longer than `content_limit`.
  virtual std::optional<std::string> read(std::string_view path) const = 0;

  /// Returns the unsorted names in a directory without "." and ".."; nothing if there is no such
  /// directory.
  virtual std::optional<std::vector<std::string>> list(std::string_view path) const = 0;

  /// Returns the target text of a symbolic link.
  virtual std::optional<std::string> read_link(std::string_view path) const = 0;

  virtual bool exists(std::string_view path) const = 0;

  /// As exists(), for callers that must distinguish a failed query from a missing file.
  virtual Presence presence(std::string_view path) const {
    return exists(path) ? Presence::there : Presence::absent;
  }
};

/// As read(), without trailing white space.
std::optional<std::string> read_attribute(const SysTree& tree, std::string_view path);

/// The attribute of a block device: "class/block/KNAME/NAME".
std::optional<std::string> block_attribute(const SysTree& sys, std::string_view kname,
                                           std::string_view name);

/// list(), and no names where there is no such directory; the second in natural order.
std::vector<std::string> names_in(const SysTree& tree, std::string_view directory);
std::vector<std::string> ordered_names_in(const SysTree& tree, std::string_view directory);

/// The number of the block device of that name, by /sys/class/block; nothing for a text that is not
/// the name of one.
std::optional<DeviceNumber> number_of_kname(const SysTree& sys, std::string_view kname);

/// The name of the block device of that number, by /sys/dev/block.
std::optional<std::string> kname_of_number(const SysTree& sys, DeviceNumber number);

}  // namespace multipath
