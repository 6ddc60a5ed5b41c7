#pragma once

#include "libsg/bytes.h"

namespace scsi {

/// Unsigned big-endian numbers, as SPC-5 lays out every field of several bytes. The caller has
/// checked that `bytes` holds them.
constexpr std::uint16_t big_endian_16(ByteView bytes, std::size_t offset) {
  return static_cast<std::uint16_t>(bytes[offset] << 8 | bytes[offset + 1]);
}

constexpr std::uint32_t big_endian_32(ByteView bytes, std::size_t offset) {
  return static_cast<std::uint32_t>(big_endian_16(bytes, offset)) << 16 |
         big_endian_16(bytes, offset + 2);
}

}  // namespace scsi
