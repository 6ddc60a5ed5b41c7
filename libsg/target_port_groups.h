#pragma once

#include <tl/expected.hpp>

#include "libsg/bytes.h"

namespace scsi {

/// Asymmetric access state (SPC-5 table 249).
enum class AccessState : std::uint8_t {
  active_optimized = 0x0,
  active_non_optimized = 0x1,
  standby = 0x2,
  unavailable = 0x3,
  lba_dependent = 0x4,
  offline = 0xe,
  transitioning = 0xf,
};

struct TargetPortGroup {
  std::uint16_t id = 0;
  AccessState state = AccessState::active_optimized;
  bool preferred = false;
  std::uint8_t status_code = 0;
  std::vector<std::uint16_t> relative_ports;  ///< RELATIVE TARGET PORT IDENTIFIERs of its ports

  auto operator<=>(const TargetPortGroup&) const = default;
};

/// REPORT TARGET PORT GROUPS parameter data (SPC-5 6.36), with either header format.
tl::expected<std::vector<TargetPortGroup>, Malformed> decode_target_port_groups(ByteView data);

std::string to_string(AccessState state);

}  // namespace scsi
