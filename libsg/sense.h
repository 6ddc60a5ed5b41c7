#pragma once

#include <optional>
#include <string>

#include "libsg/bytes.h"

namespace scsi {

/// Sense key (SPC-5 4.4.8).
enum class SenseKey : std::uint8_t {
  no_sense = 0x0,
  recovered_error = 0x1,
  not_ready = 0x2,
  medium_error = 0x3,
  hardware_error = 0x4,
  illegal_request = 0x5,
  unit_attention = 0x6,
  data_protect = 0x7,
  blank_check = 0x8,
  vendor_specific = 0x9,
  copy_aborted = 0xa,
  aborted_command = 0xb,
  reserved = 0xc,
  volume_overflow = 0xd,
  miscompare = 0xe,
  completed = 0xf,
};

/// Sense data in fixed (SPC-5 4.4.3) or descriptor (4.4.2) format: the fields that both have.
struct Sense {
  SenseKey key = SenseKey::no_sense;
  std::uint8_t asc = 0;   ///< ADDITIONAL SENSE CODE
  std::uint8_t ascq = 0;  ///< ADDITIONAL SENSE CODE QUALIFIER
  bool deferred = false;  ///< about an earlier command (response codes 0x71, 0x73)

  auto operator<=>(const Sense&) const = default;
};

/// Nothing when the bytes are not sense data (no or another response code, or too short for a sense
/// key). Sense data too short for the additional code, or fixed sense data whose ADDITIONAL SENSE
/// LENGTH ends before it, reads as 0/0, as SPC-5 allows.
std::optional<Sense> decode_sense(ByteView data);

std::string to_string(SenseKey key);
/// "not ready 04/0b", with the sense key in words and asc/ascq in hex.
std::string to_string(const Sense& sense);

}  // namespace scsi
