#include "multipath/view/columns.h"

#include <algorithm>

namespace multipath {

/// A longer cell pushes the rest of its row aside, and does not make every row as long: the text of many
/// rows would grow as the square of what a hostile host sends.
constexpr std::size_t widest = 128;

std::vector<std::size_t> column_widths(const std::vector<Row>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], std::min(row[i].size(), widest));
  }
  return widths;
}

std::string padded(const Row& row, const std::vector<std::size_t>& widths) {
  std::string text;
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (i > 0) text += ' ';
    text += row[i];
    if (row[i].size() < widths[i]) text.append(widths[i] - row[i].size(), ' ');
  }
  return text;
}

}  // namespace multipath
