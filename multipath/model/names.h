#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace multipath {

/// The words of an enumeration, as users, files and the kernel write them: one table for both
/// directions. A value may have several words: the first one is printed, all are read.
template <class Enum, std::size_t count>
class Names {
 public:
  using Row = std::pair<Enum, std::string_view>;
  constexpr explicit Names(const Row (&rows)[count]) : rows_(std::to_array(rows)) {}

  /// Nothing for a value without a word.
  constexpr std::optional<std::string_view> find(Enum value) const {
    for (const Row& row : rows_)
      if (row.first == value) return row.second;
    return std::nullopt;
  }
  constexpr std::string_view word_of(Enum value) const { return find(value).value_or("unknown"); }
  std::string to_string(Enum value) const { return std::string(word_of(value)); }

  constexpr std::optional<Enum> parse(std::string_view word) const {
    for (const Row& row : rows_)
      if (row.second == word) return row.first;
    return std::nullopt;
  }

  /// All words, in the order of the table.
  std::vector<std::string_view> words() const {
    std::vector<std::string_view> result;
    for (const Row& row : rows_) result.push_back(row.second);
    return result;
  }

 private:
  std::array<Row, count> rows_;
};

/// constexpr auto names = names_of<Color>({{Color::red, "red"}, {Color::green, "green"}});
template <class Enum, std::size_t count>
constexpr Names<Enum, count> names_of(const std::pair<Enum, std::string_view> (&rows)[count]) {
  return Names<Enum, count>(rows);
}

}  // namespace multipath
