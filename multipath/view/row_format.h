#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

namespace multipath {

/// A column that a format may ask for.
struct Wildcard {
  char letter;
  const char* name;  ///< what stands above the column
};

/// How rows are laid out: with a line of names above and all cells of a column of one width, or
/// bare, for scripts.
enum class Layout : bool { columns, raw };

/// What the user wants of each row, as the packaged multipathd has it. Grammar:
///
///     format = { text | "%" letter | "%%" }
///
/// "%%" is a percent sign.
class RowFormat {
 public:
  /// The error says which wildcard is not known and which one is the nearest.
  static tl::expected<RowFormat, std::string> parse(std::string_view text,
                                                    std::span<const Wildcard> known);

  using CellOf = std::function<std::string(std::size_t row, char letter)>;
  /// A line for each row, and one above them with Layout::columns. Without rows there is none.
  std::string render(std::size_t rows, const CellOf& cell_of, Layout layout) const;

 private:
  struct Piece {
    std::string text;  ///< before the wildcard
    char letter = 0;   ///< 0: no wildcard follows
    std::string name;  ///< of its column
    auto operator<=>(const Piece&) const = default;
  };
  std::vector<Piece> pieces_;
};

/// "%w  uuid", a line for each.
std::string render_wildcards(std::span<const Wildcard> wildcards);

}  // namespace multipath
