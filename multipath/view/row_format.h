#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

namespace multipath {

/// A column of a format.
struct Wildcard {
  char letter;
  const char* name;  ///< heading of the column
};

/// The layout of rows: with headings and aligned columns, or raw, for scripts.
enum class Layout : bool { columns, raw };

/// The user's format of a row, as in the packaged multipathd. Grammar:
///
///     format = { text | "%" letter | "%%" }
///
/// "%%" is a percent sign.
class RowFormat {
 public:
  /// The error names an unknown wildcard and the nearest known one.
  static tl::expected<RowFormat, std::string> parse(std::string_view text,
                                                    std::span<const Wildcard> known);

  /// Does the format have a wildcard with one of these letters?
  bool has_any(std::string_view letters) const;

  using CellOf = std::function<std::string(std::size_t row, char letter)>;
  /// Prints a line per row, after a line of headings with Layout::columns. Empty without rows.
  std::string render(std::size_t rows, const CellOf& cell_of, Layout layout) const;

 private:
  struct Piece {
    std::string text;  ///< before the wildcard
    char letter = 0;   ///< 0: no wildcard follows
    std::string name;  ///< heading of its column
    auto operator<=>(const Piece&) const = default;
  };
  std::vector<Piece> pieces_;
};

/// Prints a line per wildcard: "%w  uuid".
std::string render_wildcards(std::span<const Wildcard> wildcards);

}  // namespace multipath
