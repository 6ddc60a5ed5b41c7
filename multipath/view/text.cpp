#include "multipath/view/text.h"

#include <algorithm>

#include <fmt/format.h>

namespace multipath {

std::string size_text(std::uint64_t sectors) {
  constexpr std::string_view units = "KMGTP";
  const std::uint64_t kibibytes = sectors / 2;
  auto size = static_cast<float>(kibibytes);  // as in multipath-tools
  std::size_t unit = 0;
  for (; size >= 1024 && unit + 1 < units.size(); ++unit) size /= 1024;
  return size < 10 ? fmt::format("{:.1f}{}", size, units[unit])
                   : fmt::format("{:.0f}{}", size, units[unit]);
}

/// The maximum column width. A longer cell shifts the rest of its row without widening other rows:
/// otherwise the text would grow with the square of a hostile host's input.
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
