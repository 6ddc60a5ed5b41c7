#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace scsi {

/// Bytes that a device sent, borrowed. Decoders never read outside of it.
using ByteView = std::span<const std::uint8_t>;

/// Bytes that a device sent, owned.
using ByteVector = std::vector<std::uint8_t>;

/// Unsigned big-endian numbers, as SPC-5 lays out every field of several bytes. The caller has
/// checked that `bytes` holds them.
constexpr std::uint16_t big_endian_16(ByteView bytes, std::size_t offset) {
  return static_cast<std::uint16_t>(bytes[offset] << 8 | bytes[offset + 1]);
}

constexpr std::uint32_t big_endian_32(ByteView bytes, std::size_t offset) {
  return static_cast<std::uint32_t>(big_endian_16(bytes, offset)) << 16 |
         big_endian_16(bytes, offset + 2);
}

/// Why bytes do not have the format that they should have.
struct Malformed {
  std::size_t offset =
      0;             ///< of the first byte that is wrong or missing, from the start of the page
  std::string what;  ///< one sentence without a final dot, to be put behind "page 0x83 of sda: "

  auto operator<=>(const Malformed&) const = default;
};

}  // namespace scsi
