#include "multipath/config/bindings_file.h"

#include <algorithm>
#include <limits>
#include <set>

#include <fmt/format.h>

namespace multipath {
namespace {

constexpr std::string_view header =
    "# Multipath bindings, Version : 1.0\n"
    "# NOTE: this file is automatically maintained by the multipath program.\n"
    "# You should not need to edit this file in normal circumstances.\n"
    "#\n"
    "# Format:\n"
    "# alias wwid\n"
    "#\n";

constexpr std::uint32_t letters = 26;
constexpr auto greatest = static_cast<std::uint32_t>(std::numeric_limits<std::int32_t>::max());

// limits.h, LINE_MAX: multipath-tools reads a longer line as two.
constexpr std::size_t longest_line = 2047;
constexpr std::size_t longest_wwid = 127;

/// The words before a carriage return or a comment.
std::vector<std::string_view> words_of_line(std::string_view line) {
  constexpr std::string_view blanks = " \t";
  line = line.substr(0, line.find('\r'));
  std::vector<std::string_view> words;
  while (true) {
    const std::size_t begin = line.find_first_not_of(blanks);
    if (begin == std::string_view::npos || line[begin] == '#') return words;
    const std::size_t end = std::min(line.find_first_of(blanks, begin), line.size());
    words.push_back(line.substr(begin, end - begin));
    line.remove_prefix(end);
  }
}

bool is_one_word(std::string_view text) {
  return !text.empty() && std::ranges::none_of(text, [](char c) {
    return (c >= '\0' && c <= ' ') || c == '\x7f' || c == '#';
  });
}

}  // namespace

const Binding* Bindings::of_wwid(std::string_view wwid) const {
  const auto found = std::ranges::find(list, wwid, &Binding::wwid);
  return found == list.end() ? nullptr : &*found;
}

const Binding* Bindings::of_alias(std::string_view alias) const {
  const auto found = std::ranges::find(list, alias, &Binding::alias);
  return found == list.end() ? nullptr : &*found;
}

Bindings parse_bindings(std::string_view text, const std::string& file) {
  Bindings bindings;
  std::set<std::string, std::less<>> aliases;
  std::uint32_t number = 0;
  const auto warn = [&](std::string_view token, std::string what) {
    bindings.warnings.push_back(
        {Diagnostic::Severity::warning, {file, number, 1}, quotable(token), std::move(what), ""});
  };
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const auto words = words_of_line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    ++number;
    if (words.empty()) continue;
    if (words.size() == 1) {
      warn(words[0], fmt::format("alias '{}' has no WWID", quotable(words[0])));
      continue;
    }
    if (words.size() > 2)
      warn(words[2], fmt::format("'{}' after the WWID is ignored", quotable(words[2])));
    for (const std::string_view word : {words[0], words[1]}) {
      if (const std::size_t cut = word.find('#'); cut != std::string_view::npos) {
        warn(word, fmt::format("'{}' is read as a whole, but multipath-tools reads only '{}'; if a "
                               "comment was intended, insert a blank before the '#'",
                               quotable(word), quotable(word.substr(0, cut))));
      }
    }
    if (!aliases.emplace(words[0]).second) {
      warn(words[0],
           fmt::format("alias '{}' is already bound; this binding is ignored", quotable(words[0])));
      continue;
    }
    bindings.list.push_back({std::string(words[0]), std::string(words[1])});
  }
  return bindings;
}

bool is_read_back(const Binding& binding) {
  return is_one_word(binding.alias) && is_one_word(binding.wwid) &&
         binding.wwid.size() <= longest_wwid &&
         binding.alias.size() + 1 + binding.wwid.size() + 1 <= longest_line;
}

std::string with_bindings(std::string_view text, std::span<const Binding> bindings) {
  std::string result(text.empty() ? header : text);
  if (!result.ends_with('\n')) result += '\n';
  for (const Binding& binding : bindings) {
    for (const std::string_view part : {std::string_view(binding.alias), std::string_view(" "),
                                        std::string_view(binding.wwid), std::string_view("\n")})
      result += part;
  }
  return result;
}

std::string with_binding(std::string_view text, const Binding& binding) {
  return with_bindings(text, {&binding, 1});
}

std::string numbered_alias(std::string_view prefix, std::uint32_t number) {
  std::string digits;
  for (; number > 0; number = (number - 1) / letters)
    digits.insert(digits.begin(), static_cast<char>('a' + (number - 1) % letters));
  return std::string(prefix) + digits;
}

std::optional<std::uint32_t> number_of_alias(std::string_view alias, std::string_view prefix) {
  if (!alias.starts_with(prefix) || alias.size() == prefix.size()) return std::nullopt;
  std::uint64_t number = 0;
  for (const char letter : alias.substr(prefix.size())) {
    if (letter < 'a' || letter > 'z') return std::nullopt;
    number = number * letters + static_cast<std::uint64_t>(letter - 'a' + 1);
    if (number > greatest) return std::nullopt;
  }
  return static_cast<std::uint32_t>(number);
}

void AliasNumbers::meet(std::string_view alias) {
  const auto number = number_of_alias(alias, prefix_);
  if (!number) return;
  if (*number == next_) ++next_;
  biggest_ = std::max(biggest_, *number);
  if (*number > next_) smallest_passed_ = std::min(smallest_passed_.value_or(greatest), *number);
}

std::uint32_t AliasNumbers::next() const {
  return smallest_passed_ && next_ >= *smallest_passed_ ? biggest_ + 1 : next_;
}

std::optional<std::string> first_free_alias(std::string_view prefix, std::uint32_t number,
                                            const std::function<bool(const std::string&)>& taken) {
  for (; number <= greatest; ++number) {
    std::string alias = numbered_alias(prefix, number);
    if (!taken(alias)) return alias;
  }
  return std::nullopt;
}

std::optional<std::string> new_alias(const Bindings& bindings, std::string_view prefix,
                                     const std::function<bool(const std::string&)>& taken) {
  AliasNumbers numbers{std::string(prefix)};
  std::set<std::string_view> bound;
  for (const Binding& binding : bindings.list) {
    numbers.meet(binding.alias);
    bound.insert(binding.alias);
  }
  return first_free_alias(prefix, numbers.next(), [&](const std::string& alias) {
    return bound.contains(alias) || taken(alias);
  });
}

}  // namespace multipath
