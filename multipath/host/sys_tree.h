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
  unknown,  ///< the question was not answered: no right, an input or output error
};

/// Read access to a tree of files such as /sys or /proc. Paths are relative to its root
/// ("class/block"), never leave it by "..", and name what the kernel has there.
class SysTree {
 public:
  /// In bytes. A user alone can make a mountinfo of many megabytes.
  static constexpr std::size_t content_limit = 64U << 20;

  virtual ~SysTree() = default;

  /// The whole content of a file as it is, never a part of it; nothing when it is not there, does
  /// not answer (sysfs answers EIO or ENODEV for a device that is going), or is longer than
  /// `content_limit`.
  virtual std::optional<std::string> read(std::string_view path) const = 0;

  /// The names in a directory, in no order, without "." and ".."; nothing when there is no such
  /// directory.
  virtual std::optional<std::vector<std::string>> list(std::string_view path) const = 0;

  /// A symbolic link's own text, not followed.
  virtual std::optional<std::string> read_link(std::string_view path) const = 0;

  virtual bool exists(std::string_view path) const = 0;

  /// exists(), for who must not take "no answer" for "not there".
  virtual Presence presence(std::string_view path) const {
    return exists(path) ? Presence::there : Presence::absent;
  }
};

/// read(), without the line's end and blanks behind it.
std::optional<std::string> read_attribute(const SysTree& tree, std::string_view path);

/// list(), and no names where there is no such directory; the second in natural order.
std::vector<std::string> names_in(const SysTree& tree, std::string_view directory);
std::vector<std::string> ordered_names_in(const SysTree& tree, std::string_view directory);

/// The number of the block device of that name, by /sys/class/block; nothing for a text that is not
/// the name of one.
std::optional<DeviceNumber> number_of_kname(const SysTree& sys, std::string_view kname);

/// The name of the block device of that number, by /sys/dev/block.
std::optional<std::string> kname_of_number(const SysTree& sys, DeviceNumber number);

}  // namespace multipath
