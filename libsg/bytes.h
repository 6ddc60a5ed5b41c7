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

/// Why bytes could not be read as what they should be.
struct Malformed {
  std::size_t offset =
      0;             ///< of the first byte that is wrong or missing, from the start of the page
  std::string what;  ///< one sentence without a final dot, to be put behind "page 0x83 of sda: "

  auto operator<=>(const Malformed&) const = default;
};

}  // namespace scsi
