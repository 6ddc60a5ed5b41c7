#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace multipath {

/// Bytes of a device made fit for a terminal and a line: control bytes, bytes that are not UTF-8
/// and DEL become '.', as a listing that scripts cut into columns wants it.
std::string printable(std::string_view bytes);

/// "1.0T", "100G", "512K": base 1024, one decimal below 10 (rounded to the nearest, as
/// multipath-tools does), from sectors of 512 bytes.
std::string size_text(std::uint64_t sectors);

}  // namespace multipath
