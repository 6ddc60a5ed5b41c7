#pragma once

#include <cstdint>
#include <string>

#include "multipath/model/printable.h"

namespace multipath {

/// "1.0T", "100G", "512K": base 1024, one decimal below 10 (rounded to the nearest, as
/// multipath-tools does), from sectors of 512 bytes.
std::string size_text(std::uint64_t sectors);

}  // namespace multipath
