#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace multipath {

/// Bytes of a device made fit for a terminal and a line: bytes that are not UTF-8 (RFC 3629),
/// control characters (C0, DEL, C1) and characters that change the direction of text become '.',
/// one for each byte, as a listing that scripts cut into columns wants it.
std::string printable(std::string_view bytes);

/// Does printable() leave the bytes as they are?
bool is_printable(std::string_view bytes);

/// How many bytes at the beginning printable() leaves as they are.
std::size_t printable_length(std::string_view bytes);

}  // namespace multipath
