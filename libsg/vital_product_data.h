#pragma once

#include <string>

#include <tl/expected.hpp>

#include "libsg/bytes.h"

namespace scsi {

/// Vital product data page codes (SPC-5 7.7.1).
enum class VpdPage : std::uint8_t {
  supported_pages = 0x00,
  unit_serial_number = 0x80,
  device_identification = 0x83,
};

/// Page length that the header announces, header included: what an allocation length must reach.
/// The header is 4 bytes; fewer are Malformed.
tl::expected<std::size_t, Malformed> announced_length(ByteView page);

/// Page 0x00 (SPC-5 7.7.17): the codes in the order of the page. Another page, or one that ends
/// before its announced length, is Malformed.
tl::expected<std::vector<std::uint8_t>, Malformed> decode_supported_pages(ByteView page);

/// Page 0x80 (SPC-5 7.7.18): the serial number without blanks and NULs at either end; all blank
/// gives "". Another page, or one that ends before its announced length, is Malformed: part of a
/// serial number identifies no unit.
tl::expected<std::string, Malformed> decode_unit_serial_number(ByteView page);

}  // namespace scsi
