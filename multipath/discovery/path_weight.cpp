#include "multipath/discovery/path_weight.h"

#include <vector>

#include <fmt/format.h>

#include "multipath/config/pattern.h"
#include "multipath/model/number_text.h"

namespace multipath {
namespace {

std::vector<std::string_view> words_of(std::string_view text) {
  constexpr std::string_view blanks = " \t";
  std::vector<std::string_view> words;
  while (true) {
    const std::size_t begin = text.find_first_not_of(blanks);
    if (begin == std::string_view::npos) return words;
    text.remove_prefix(begin);
    const std::size_t end = std::min(text.find_first_of(blanks), text.size());
    words.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
}

/// The text that the key selects.
std::optional<std::string> compared(std::string_view key, const PathFacts& facts) {
  if (key == "hbtl") return to_string(facts.address);
  if (key == "devname") return facts.kname;
  if (key == "serial") return facts.serial.value_or("");
  if (key == "wwn") return facts.world_wide_names;
  return std::nullopt;
}

std::optional<int> number_in(std::string_view text) {
  const auto number = parse_number<int>(text);
  return number && *number >= 0 ? number : std::nullopt;
}

}  // namespace

Prioritized weighted_priority(std::string_view arguments, const PathFacts& facts) {
  constexpr int no_match = 0;
  const auto words = words_of(arguments);
  if (words.empty()) return {no_match, "weightedpath has no prio_args"};
  const auto text = compared(words[0], facts);
  if (!text) {
    return {no_match,
            fmt::format("weightedpath: prio_args begin with '{}', not with hbtl, devname, serial "
                        "or wwn",
                        words[0])};
  }
  std::string passed_over;
  for (std::size_t i = 1; i + 1 < words.size(); i += 2) {
    const auto pattern = Pattern::compile(words[i]);
    if (!pattern) {
      passed_over += fmt::format("; '{}' is not an expression: {}", words[i], pattern.error());
      continue;
    }
    if (!pattern->matches(*text)) continue;
    const auto priority = number_in(words[i + 1]);
    if (!priority)
      return {no_match, fmt::format("weightedpath: '{}' is not a priority", words[i + 1])};
    return {*priority, fmt::format("weightedpath: {} '{}' matches '{}'{}", words[0], *text,
                                   words[i], passed_over)};
  }
  return {no_match, fmt::format("weightedpath: {} '{}' matches none of the expressions{}", words[0],
                                *text, passed_over)};
}

}  // namespace multipath
