#pragma once

#include <chrono>

#include <tl/expected.hpp>

#include "libsg/ask.h"
#include "libsg/bytes.h"
#include "libsg/target_port_groups.h"

namespace scsi {

/// Volume access control, vendor page 0xc9 of RDAC arrays (Engenio, LSI, NetApp E-Series, IBM
/// DS3000 to DS5000, Dell MD3000), as Linux reads it in drivers/scsi/device_handler/scsi_dh_rdac.c:
///
///     byte 0      peripheral qualifier and type
///     byte 4..7   page identifier "vac1"
///     byte 8      0x80 automatic volume transfer, 0x20 I/O shipping, 0x10 the states of the target
///                 port groups follow, 0x01 this controller owns the volume
///     byte 9      low half: 1 preferred path, 2 secondary path
///     byte 10     access state of this controller's group (low half), and 11 vendor's detail of it
///     byte 12     the same of the other controller's, and 13
struct VolumeAccess {
  enum class PathPreference : std::uint8_t { unknown = 0, preferred = 1, secondary = 2 };
  struct GroupStates {
    AccessState state = AccessState::active_optimized;
    std::uint8_t detail = 0;
    AccessState other_state = AccessState::active_optimized;

    auto operator<=>(const GroupStates&) const = default;
  };

  bool connected = false;  ///< a disk is connected here: byte 0 is 0
  bool owned = false;
  bool io_shipping = false;
  PathPreference preference = PathPreference::unknown;
  std::optional<GroupStates> groups;

  auto operator<=>(const VolumeAccess&) const = default;
};

inline constexpr std::uint8_t volume_access_page = 0xc9;

/// Malformed: another page, one that ends before its announced end or before byte 14, or that does
/// not begin with "vac".
tl::expected<VolumeAccess, Malformed> decode_volume_access(ByteView page);

/// Whether a page is one of an RDAC array that detect_checker and detect_prio know: "vac1".
bool is_vac1(ByteView page);

Answer<VolumeAccess> ask_volume_access(LogicalUnit& unit, std::chrono::milliseconds timeout);

}  // namespace scsi
