#pragma once

#include <string>

#include <tl/expected.hpp>

#include "libsg/bytes.h"

namespace scsi {

/// Target port group support (SPC-5 6.7.2, TPGS field).
enum class Tpgs : std::uint8_t { none = 0, implicit = 1, explicit_ = 2, implicit_and_explicit = 3 };

/// Standard INQUIRY data (SPC-5 6.7.2), as far as multipathing asks.
/// The three strings are as sent, but that blanks and NULs at the end are cut off; other bytes are
/// kept: escape them before printing.
struct StandardInquiry {
  std::uint8_t peripheral_qualifier =
      0;  ///< 0 connected, 1 possible but not connected, 3 no such unit
  std::uint8_t peripheral_type =
      0;  ///< SPC-5 table 147: 0 disk, 7 optical memory, 0x14 host managed zoned
  bool removable = false;
  std::uint8_t version = 0;
  Tpgs tpgs = Tpgs::none;
  std::string vendor;    ///< bytes 8..15
  std::string product;   ///< bytes 16..31
  std::string revision;  ///< bytes 32..35

  auto operator<=>(const StandardInquiry&) const = default;
};

/// Needs the 36 bytes that every device since SCSI-2 sends; fewer are Malformed. ADDITIONAL LENGTH
/// is not weighed: devices are known to announce less than they send, and Linux reads 36 bytes too.
tl::expected<StandardInquiry, Malformed> decode_standard_inquiry(ByteView data);

}  // namespace scsi
