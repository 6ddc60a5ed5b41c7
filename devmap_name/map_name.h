#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// The part of devmap_name that needs no kernel.
namespace devmap_name {

struct DeviceNumber {
  std::uint32_t major = 0;
  std::uint32_t minor = 0;

  auto operator<=>(const DeviceNumber&) const = default;
};

/// Accepts only decimal digits; 12 bits of major, 20 bits of minor (include/linux/kdev_t.h).
std::optional<DeviceNumber> parse_numbers(std::string_view major, std::string_view minor);

/// "MAJOR:MINOR"
std::optional<DeviceNumber> parse_number_pair(std::string_view text);

/// Encodes a kernel name as one word for a udev rule: letters, digits, #+-.:=@_ and an existing
/// "\xNN" (an escape by libdevmapper) are kept, every other byte becomes "\xNN". So no blank, slash
/// or quote gets into the name of a link.
std::string one_word(std::string_view kernel_name);

/// Replaces every byte but printable ASCII by '.', for a terminal.
std::string printable(std::string_view text);

}  // namespace devmap_name
