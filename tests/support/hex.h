#pragma once

#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "libsg/bytes.h"

namespace tests {

/// Bytes written as text, the form that `sg_vpd --inhex` reads and people can edit:
///
///     text    = { line "\n" }
///     line    = { byte separator } [ "#" anything ]
///     byte    = 1 or 2 hexadecimal digits
///     separator = blanks, tabs, CRs, commas
///
/// Malformed::offset is the place in the text.
tl::expected<scsi::ByteVector, scsi::Malformed> read_hex(std::string_view text);

/// 16 bytes a line, lower case, as read_hex() reads it.
std::string write_hex(scsi::ByteView bytes);

}  // namespace tests
