#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// What devmap_name knows without asking anybody.
namespace devmap_name {

struct DeviceNumber {
  std::uint32_t major = 0;
  std::uint32_t minor = 0;

  auto operator<=>(const DeviceNumber&) const = default;
};

/// Decimal digits and nothing else; 12 bits of major, 20 bits of minor (include/linux/kdev_t.h).
std::optional<DeviceNumber> parse_numbers(std::string_view major, std::string_view minor);

/// "MAJOR:MINOR"
std::optional<DeviceNumber> parse_number_pair(std::string_view text);

/// A kernel name as one word that a udev rule can use: letters, digits and #+-.:=@_ stand for
/// themselves, "\xNN" (what libdevmapper made of another byte already) is kept, and every other
/// byte becomes "\xNN". Thus neither a blank nor a slash nor a quote ever gets into a link's name.
std::string one_word(std::string_view kernel_name);

/// For a terminal: all but printable ASCII becomes '.'.
std::string printable(std::string_view text);

}  // namespace devmap_name
