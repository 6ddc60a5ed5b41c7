#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace multipath {

/// A block device's number. An aggregate on purpose: <sys/sysmacros.h> makes macros of major() and
/// minor().
struct DeviceNumber {
  std::uint32_t major = 0;
  std::uint32_t minor = 0;

  auto operator<=>(const DeviceNumber&) const = default;
};

/// "8:16"
std::string to_string(DeviceNumber number);

/// "8:16", nothing else before or behind it; 12 bits of major, 20 bits of minor
/// (include/linux/kdev_t.h).
std::optional<DeviceNumber> parse_device_number(std::string_view text);

}  // namespace multipath
