#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "multipath/model/holder.h"

namespace multipath {

/// Grammar of /proc/swaps: a header line, then
///
///     line = file type size used priority      (blanks and tabs between, octal escapes in file)
///
/// What does not fit is left out.
std::vector<HolderSwap> parse_swaps(std::string_view text);

/// The number in "MemAvailable:  1234 kB" of /proc/meminfo; 0 without that line.
std::uint64_t parse_memory_available(std::string_view meminfo);

}  // namespace multipath
