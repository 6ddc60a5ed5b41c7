#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace multipath {

/// Cells of a row, each padded with blanks to its column's width, a blank between them. The last is
/// padded, too.
using Row = std::vector<std::string>;

/// The widest cell of every column.
std::vector<std::size_t> column_widths(const std::vector<Row>& rows);

std::string padded(const Row& row, const std::vector<std::size_t>& widths);

}  // namespace multipath
