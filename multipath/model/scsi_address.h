#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace multipath {

/// Host, channel, target and LUN, as the kernel names a SCSI device.
struct ScsiAddress {
  std::uint32_t host = 0;
  std::uint32_t channel = 0;
  std::uint32_t target = 0;
  std::uint64_t lun = 0;

  auto operator<=>(const ScsiAddress&) const = default;
};

/// "3:0:1:16388"
std::string to_string(const ScsiAddress& address);
std::optional<ScsiAddress> parse_scsi_address(std::string_view text);

}  // namespace multipath
