#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "multipath/model/printable.h"

namespace multipath {

/// Formats sectors of 512 bytes as "1.0T", "100G" or "512K": base 1024, one decimal below 10,
/// rounded to the nearest as in multipath-tools.
std::string size_text(std::uint64_t sectors);

/// The cells of a row.
using Row = std::vector<std::string>;

/// The width of the longest cell of each column, at most 128.
std::vector<std::size_t> column_widths(const std::vector<Row>& rows);

/// The row as text: each cell padded with blanks to its column's width, a blank between cells.
std::string padded(const Row& row, const std::vector<std::size_t>& widths);

}  // namespace multipath
