#include "multipath/view/row_format.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include <fmt/format.h>

#include "multipath/view/text.h"

namespace multipath {
namespace {

const Wildcard* find(std::span<const Wildcard> known, char letter) {
  const auto found = std::ranges::find(known, letter, &Wildcard::letter);
  return found == known.end() ? nullptr : &*found;
}

char other_case(char letter) {
  const auto byte = static_cast<unsigned char>(letter);
  return static_cast<char>(std::isupper(byte) != 0 ? std::tolower(byte) : std::toupper(byte));
}

/// The same letter in the other case, else the nearest letter.
const Wildcard& nearest(std::span<const Wildcard> known, char letter) {
  if (const Wildcard* same = find(known, other_case(letter))) return *same;
  return *std::ranges::min_element(known, {}, [&](const Wildcard& wildcard) {
    return std::abs(static_cast<int>(wildcard.letter) - static_cast<int>(letter));
  });
}

std::string unknown_text(std::span<const Wildcard> known, char letter) {
  const Wildcard& near = nearest(known, letter);
  return fmt::format(
      "unknown wildcard %{}; did you mean %{} ({})? `multipath show wildcards` lists all wildcards",
      printable(std::string_view(&letter, 1)), near.letter, near.name);
}

}  // namespace

tl::expected<RowFormat, std::string> RowFormat::parse(std::string_view text,
                                                      std::span<const Wildcard> known) {
  RowFormat format;
  Piece piece;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      piece.text += text[i];
      continue;
    }
    if (++i == text.size())
      return tl::unexpected<std::string>(
          "incomplete wildcard '%' at the end; use %% for a percent sign");
    if (text[i] == '%') {
      piece.text += '%';
      continue;
    }
    const Wildcard* wildcard = find(known, text[i]);
    if (wildcard == nullptr) return tl::unexpected(unknown_text(known, text[i]));
    piece.letter = wildcard->letter;
    piece.name = wildcard->name;
    format.pieces_.push_back(std::move(piece));
    piece = Piece{};
  }
  if (!piece.text.empty()) format.pieces_.push_back(std::move(piece));
  return format;
}

bool RowFormat::has_any(std::string_view letters) const {
  return std::ranges::any_of(pieces_, [&](const Piece& piece) {
    return piece.letter != 0 && letters.find(piece.letter) != std::string_view::npos;
  });
}

std::string RowFormat::render(std::size_t rows, const CellOf& cell_of, Layout layout) const {
  std::vector<std::vector<std::string>> lines;
  const auto add_line = [&](const std::function<std::string(const Piece&)>& cell) {
    auto& line = lines.emplace_back();
    for (const Piece& piece : pieces_) line.push_back(piece.letter == 0 ? "" : cell(piece));
  };
  if (layout == Layout::columns && rows > 0)
    add_line([](const Piece& piece) { return piece.name; });
  for (std::size_t row = 0; row < rows; ++row)
    add_line([&](const Piece& piece) { return cell_of(row, piece.letter); });

  std::vector<std::size_t> widths(pieces_.size(), 0);
  if (layout == Layout::columns) {
    for (const auto& line : lines) {
      const std::vector<std::size_t> of_line = column_widths({line});
      for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], of_line[i]);
    }
  }
  std::string text;
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i)
      text += fmt::format("{}{:<{}}", pieces_[i].text, line[i], widths[i]);
    text += '\n';
  }
  return text;
}

std::string render_wildcards(std::span<const Wildcard> wildcards) {
  std::string text;
  for (const Wildcard& wildcard : wildcards)
    text += fmt::format("%{}  {}\n", wildcard.letter, wildcard.name);
  return text;
}

}  // namespace multipath
