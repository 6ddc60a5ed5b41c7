#include "multipath/config/diagnostic.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "multipath/model/names.h"

namespace multipath {
namespace {

constexpr auto severity_names = names_of<Diagnostic::Severity>({
    {Diagnostic::Severity::note, "note"},
    {Diagnostic::Severity::warning, "warning"},
    {Diagnostic::Severity::error, "error"},
});

/// Edits (insert, delete, replace, swap of neighbours) between two short words.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    std::swap(before_last, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

/// The sense of a word where yes or no is expected.
enum class Sense : std::uint8_t { none, yes, no };

Sense plain_sense_of(std::string_view word) {
  constexpr std::array affirmative{"yes", "on", "true", "enable", "enabled", "always", "1"};
  constexpr std::array negative{"no", "off", "false", "disable", "disabled", "never", "none", "0"};
  std::string lower(word);
  for (char& byte : lower)
    if (byte >= 'A' && byte <= 'Z') byte = static_cast<char>(byte - 'A' + 'a');
  if (std::ranges::find(affirmative, lower) != affirmative.end()) return Sense::yes;
  return std::ranges::find(negative, lower) != negative.end() ? Sense::no : Sense::none;
}

/// The same for a word with a typing error.
Sense sense_of(std::string_view word) {
  const Sense plain = plain_sense_of(word);
  if (plain != Sense::none || word.empty()) return plain;
  if (word.front() == 'y' || word.starts_with("on")) return Sense::yes;
  return word.front() == 'n' || word.starts_with("of") ? Sense::no : Sense::none;
}

/// Is it a word for yes or no, and not one that only begins like it?
bool is_yes_or_no(std::string_view word) {
  constexpr std::array words{"yes", "no", "on", "off", "always", "never", "1", "0"};
  return std::ranges::find(words, word) != words.end();
}

}  // namespace

std::string to_string(const Place& place) {
  if (place.line == 0) return place.file;
  return fmt::format("{}:{}:{}", place.file, place.line, place.column);
}

std::string to_string(const Origin& origin) {
  switch (origin.kind) {
    case Origin::Kind::hardware_table:
      return "hardware table, row " + origin.row;
    case Origin::Kind::file:
      return origin.section.empty()
                 ? fmt::format("{}:{}", origin.place.file, origin.place.line)
                 : fmt::format("{}:{} ({})", origin.place.file, origin.place.line, origin.section);
    case Origin::Kind::built_in:
      break;
  }
  return "built-in default";
}

std::string to_string(const Diagnostic& diagnostic) {
  std::string text = fmt::format("{}: {}: {}", to_string(diagnostic.place),
                                 severity_names.to_string(diagnostic.severity), diagnostic.what);
  if (!diagnostic.nearest.empty()) text += fmt::format("; did you mean '{}'?", diagnostic.nearest);
  return text;
}

bool has_errors(const Diagnostics& diagnostics) {
  return std::ranges::any_of(diagnostics, [](const Diagnostic& diagnostic) {
    return diagnostic.severity == Diagnostic::Severity::error;
  });
}

std::string quotable(std::string_view token) {
  constexpr std::size_t most = 60;
  constexpr unsigned char blank = 0x20;
  constexpr unsigned char del = 0x7f;
  std::string text(token.substr(0, most));
  for (char& byte : text) {
    const auto value = static_cast<unsigned char>(byte);
    if (value < blank || value >= del || byte == '\'') byte = '?';
  }
  return token.size() > most ? text + "..." : text;
}

NearestWord find_nearest_word(std::string_view word, const std::vector<std::string_view>& words) {
  constexpr std::size_t longest = 64;
  if (word.empty() || word.size() > longest) return {};
  // One edit in three letters, and at most four.
  const std::size_t allowed = std::min<std::size_t>(4, std::max<std::size_t>(1, word.size() / 3));
  std::size_t best = allowed + 1;
  NearestWord nearest;
  // Never suggest the opposite of the intended word.
  const Sense meant = sense_of(word);
  for (const std::string_view candidate : words) {
    if (is_yes_or_no(candidate) && (meant == Sense::none || sense_of(candidate) != meant)) continue;
    const std::size_t distance = edit_distance(word, candidate);
    if (distance < best && distance < candidate.size()) {
      best = distance;
      nearest = {std::string(candidate), true};
    } else if (distance == best && candidate != nearest.text) {
      nearest.is_unique = false;
    }
  }
  const Sense plain = plain_sense_of(word);
  if (!nearest.text.empty() || plain == Sense::none) return nearest;
  const auto same = std::ranges::find_if(words, [&](std::string_view candidate) {
    return is_yes_or_no(candidate) && candidate.size() > 1 && sense_of(candidate) == plain;
  });
  return same == words.end() ? NearestWord{} : NearestWord{std::string(*same), true};
}

std::string nearest_word(std::string_view word, const std::vector<std::string_view>& words) {
  return find_nearest_word(word, words).text;
}

}  // namespace multipath
