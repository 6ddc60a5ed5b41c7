#pragma once

#include <array>
#include <chrono>

#include <tl/expected.hpp>

#include "libsg/ask.h"
#include "libsg/bytes.h"

namespace scsi {

/// Unit path report, vendor page 0xc0 of CLARiiON and VNX arrays, as Linux reads it in
/// drivers/scsi/device_handler/scsi_dh_emc.c:
///
///     byte 4       state of the unit: 0 unbound or LUNZ, 1 bound here, 2 owned here
///     byte 5       storage processor that owns it by default, byte 8 the one that answers
///     byte 9       revision of the page: 0
///     byte 10..25  WWN of the unit
///     byte 27      effective type of the initiator: 3 for a host with failover
///     byte 28      low three bits: failover mode, 4 passive not ready (mode 1), 6 ALUA (mode 4)
///     byte 30      0x04: communication with the array by this path is on (arraycommpath)
///     byte 48      what keeps the unit from normal operation: 0 nothing
struct UnitPathReport {
  enum class UnitState : std::uint8_t { unbound = 0, bound = 1, owned = 2 };

  UnitState state = UnitState::unbound;  ///< other values are kept as they are
  bool answered_by_default_owner = false;
  std::array<std::uint8_t, 16> wwn{};
  bool set_up_for_failover = false;  ///< bytes 27, 28 and 30 are as they must be
  bool normal_operation = false;

  auto operator<=>(const UnitPathReport&) const = default;
};

inline constexpr std::uint8_t unit_path_report_page = 0xc0;

/// Malformed: another page, another revision of it, or one that ends before byte 49 or before its
/// announced end.
tl::expected<UnitPathReport, Malformed> decode_unit_path_report(ByteView page);

Answer<UnitPathReport> ask_unit_path_report(LogicalUnit& unit, std::chrono::milliseconds timeout);

}  // namespace scsi
