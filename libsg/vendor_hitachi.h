#pragma once

#include <tl/expected.hpp>

#include "libsg/bytes.h"

namespace scsi {

/// What Hitachi's modular arrays (DF...) put into the vendor specific part of standard INQUIRY
/// data: serial number in byte 40..43, number of the logical device as four hexadecimal digits in
/// 44..47, controller in 49 and port in 50, all as text.
struct HitachiInquiry {
  enum class Parity : std::uint8_t { even, odd };
  Parity device = Parity::even;
  Parity controller = Parity::even;

  auto operator<=>(const HitachiInquiry&) const = default;
};

/// Malformed: fewer than 50 bytes, or no such digits there (capital letters only, as the arrays
/// send them).
tl::expected<HitachiInquiry, Malformed> decode_hitachi_inquiry(ByteView data);

}  // namespace scsi
