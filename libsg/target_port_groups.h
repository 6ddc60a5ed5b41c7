#pragma once

#include <string>

#include <tl/expected.hpp>

#include "libsg/bytes.h"

namespace scsi {

/// Asymmetric access state (SPC-5 table 249); other values are kept as they are.
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

/// Length that the RETURN DATA LENGTH field announces, the field itself included: what an
/// allocation length must reach. The field is 4 bytes; fewer are Malformed.
tl::expected<std::size_t, Malformed> announced_target_port_groups_length(ByteView data);

/// REPORT TARGET PORT GROUPS parameter data (SPC-5 6.36), with either header format. Data that ends
/// before its announced length, or in a group, is Malformed: a group that is missing here would
/// look like one that the unit does not have.
tl::expected<std::vector<TargetPortGroup>, Malformed> decode_target_port_groups(ByteView data);

/// "active/optimized", "standby"... as sysfs access_state spells them; "state 0x5" for a reserved
/// one.
std::string to_string(AccessState state);

}  // namespace scsi
