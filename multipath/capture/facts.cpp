#include "multipath/capture/facts.h"

#include <algorithm>
#include <array>
#include <functional>

#include "multipath/capture/escape.h"
#include "multipath/model/cut.h"

namespace multipath {
namespace {

struct Sign {
  std::string_view text;
  Question question;
};
constexpr std::array signs{
    Sign{"=", Question::read},   Sign{"=|", Question::read}, Sign{"{", Question::read},
    Sign{"!", Question::read},   Sign{"/", Question::list},  Sign{"!/", Question::list},
    Sign{"->", Question::link},  Sign{"!>", Question::link}, Sign{"+", Question::exists},
    Sign{"-", Question::exists},
};

std::optional<Question> question_of(std::string_view sign) {
  const auto* found = std::ranges::find(signs, sign, &Sign::text);
  return found == signs.end() ? std::nullopt : std::optional(found->question);
}

std::string file_fact(const std::string& content) {
  const auto lines = std::ranges::count(content, '\n');
  if (content.empty() || content.back() != '\n') return "=| " + escape_text(content);
  if (lines == 1)
    return "= " + escape_text(std::string_view(content).substr(0, content.size() - 1));
  std::string fact = "{\n";
  for (std::size_t begin = 0; begin < content.size();) {
    const auto end = content.find('\n', begin);
    fact += "\t" + escape_text(std::string_view(content).substr(begin, end - begin)) + "\n";
    begin = end + 1;
  }
  return fact + "}";
}

std::size_t hash_of(Question question, std::string_view name) {
  return std::hash<std::string_view>{}(name) * 31 + static_cast<std::size_t>(question);
}

/// A name that is spelled as escape_word() spells it, so that it is found again.
bool is_well_spelled(std::string_view name) {
  if (is_plain_word(name)) return true;
  const auto bytes = unescape(name);
  return bytes && escape_word(*bytes) == name;
}

/// A block's lines, each behind a tab, as one content.
std::optional<std::string> content_of_block(std::string_view block) {
  std::string content;
  while (!block.empty()) {
    const auto line = unescape(cut(block, '\n').substr(1));
    if (!line) return std::nullopt;
    content += *line + '\n';
  }
  return content;
}

}  // namespace

// --- gathering --------------------------------------------------------------------------------

void FactNotes::note(Question question, std::string_view name, std::string line) {
  const std::lock_guard lock(mutex_);
  lines_.insert_or_assign({escape_word(name), question}, std::move(line));
}

void FactNotes::read(std::string_view name, const std::optional<std::string>& content) {
  note(Question::read, name, content ? file_fact(*content) : "!");
}

void FactNotes::list(std::string_view name, std::optional<std::vector<std::string>> names) {
  std::string line = names ? "/" : "!/";
  if (names) {
    std::ranges::sort(*names);
    for (const std::string& entry : *names) line += " " + escape_word(entry);
  }
  note(Question::list, name, std::move(line));
}

void FactNotes::link(std::string_view name, const std::optional<std::string>& target) {
  note(Question::link, name, target ? "-> " + escape_text(*target) : "!>");
}

void FactNotes::exists(std::string_view name, bool there) {
  note(Question::exists, name, there ? "+" : "-");
}

std::string FactNotes::render() const {
  const std::lock_guard lock(mutex_);
  std::string text;
  for (const auto& [key, line] : lines_) text += key.first + " " + line + "\n";
  return text;
}

// --- asking -----------------------------------------------------------------------------------

std::optional<Facts::Line> Facts::line_at(std::size_t offset) const {
  std::string_view rest = std::string_view(text_).substr(offset);
  const std::size_t length = rest.size();
  const std::string_view line = cut(rest, '\n');
  const auto blank = line.find(' ');
  if (blank == std::string_view::npos) return std::nullopt;
  Line result;
  result.name = line.substr(0, blank);
  const auto behind = line.find(' ', blank + 1);
  result.sign =
      line.substr(blank + 1, behind == std::string_view::npos ? behind : behind - blank - 1);
  if (behind != std::string_view::npos) result.value = line.substr(behind + 1);
  if (result.sign == "{") {
    const std::string_view block = rest;
    while (rest.starts_with('\t')) cut(rest, '\n');
    result.value = block.substr(0, block.size() - rest.size());
    if (cut(rest, '\n') != "}") return std::nullopt;
  }
  result.end = offset + length - rest.size();
  return result;
}

tl::expected<Facts, Facts::Mistake> Facts::parse(std::string text) {
  Facts facts;
  facts.text_ = std::move(text);
  std::vector<std::size_t> hashes;
  std::size_t number = 1;
  for (std::size_t offset = 0; offset < facts.text_.size();) {
    const char first = facts.text_[offset];
    std::size_t end = 0;
    if (first == '#' || first == '\n') {
      end = std::min(facts.text_.find('\n', offset), facts.text_.size() - 1) + 1;
    } else {
      const auto line = facts.line_at(offset);
      const auto question = line ? question_of(line->sign) : std::nullopt;
      if (!question) {
        return tl::unexpected(Mistake{
            number, line ? "no sign: " + escape_word(line->sign) : "a name and a sign are wanted"});
      }
      if (!is_well_spelled(line->name))
        return tl::unexpected(Mistake{number, "a name that is to be escaped otherwise"});
      const bool has_escapes = line->value.find('\\') != std::string_view::npos;
      if (has_escapes &&
          (line->sign == "{" ? !content_of_block(line->value) : !unescape(line->value)))
        return tl::unexpected(Mistake{number, "an escape that is none"});
      facts.entries_.push_back(offset);
      hashes.push_back(hash_of(*question, line->name));
      end = line->end;
    }
    number += static_cast<std::size_t>(
        std::count(facts.text_.begin() + static_cast<std::ptrdiff_t>(offset),
                   facts.text_.begin() + static_cast<std::ptrdiff_t>(end), '\n'));
    offset = end;
  }
  std::size_t size = 16;
  while (size < 2 * hashes.size()) size *= 2;
  facts.slots_.resize(size);
  for (std::size_t i = 0; i < hashes.size(); ++i)
    facts.insert(hashes[i], static_cast<std::uint32_t>(i + 1));
  return facts;
}

void Facts::insert(std::size_t slot_hash, std::uint32_t entry) {
  std::size_t slot = slot_hash & (slots_.size() - 1);
  while (slots_[slot] != 0) slot = (slot + 1) & (slots_.size() - 1);
  slots_[slot] = entry;
}

std::optional<Facts::Line> Facts::find(Question question, std::string_view name) const {
  const bool plain = is_plain_word(name);
  const std::string escaped = plain ? std::string() : escape_word(name);
  const std::string_view key = plain ? name : std::string_view(escaped);
  std::optional<Line> last;  // A later fact stands further on in the chain, and counts.
  std::size_t slot = hash_of(question, key) & (slots_.size() - 1);
  for (; slots_[slot] != 0; slot = (slot + 1) & (slots_.size() - 1)) {
    const std::size_t offset = entries_[slots_[slot] - 1];
    if (!std::string_view(text_).substr(offset).starts_with(key)) continue;
    const auto line = line_at(offset);
    if (line && line->name == key && question_of(line->sign) == question) last = line;
  }
  return last;
}

Facts::Recorded<std::string> Facts::read(std::string_view name) const {
  const auto line = find(Question::read, name);
  if (!line) return std::nullopt;
  if (line->sign == "!") return std::optional<std::string>();
  if (line->sign == "{") return content_of_block(line->value);
  std::optional<std::string> content = line->value.find('\\') == std::string_view::npos
                                           ? std::string(line->value)
                                           : unescape(line->value);
  if (content && line->sign == "=") *content += '\n';
  return content;
}

Facts::Recorded<std::vector<std::string>> Facts::list(std::string_view name) const {
  const auto line = find(Question::list, name);
  if (!line) return std::nullopt;
  if (line->sign == "!/") return std::optional<std::vector<std::string>>();
  std::vector<std::string> names;
  for (std::string_view rest = line->value; !rest.empty();) {
    const std::string_view name_there = cut(rest, ' ');
    if (!name_there.empty()) names.push_back(unescape(name_there).value_or(""));
  }
  return std::optional(std::move(names));
}

Facts::Recorded<std::string> Facts::link(std::string_view name) const {
  const auto line = find(Question::link, name);
  if (!line) return std::nullopt;
  if (line->sign == "!>") return std::optional<std::string>();
  return unescape(line->value);
}

bool Facts::known_to_be_absent(std::string_view name) const {
  const auto slash = name.rfind('/');
  if (slash == std::string_view::npos) return false;
  const auto names = list(name.substr(0, slash));
  if (!names) return exists(name.substr(0, slash)) == false;
  return !*names || std::ranges::find(**names, name.substr(slash + 1)) == (*names)->end();
}

std::optional<bool> Facts::exists(std::string_view name) const {
  if (const auto line = find(Question::exists, name)) return line->sign == "+";
  if (const auto content = read(name); content && *content) return true;
  if (const auto names = list(name); names && *names) return true;
  if (const auto target = link(name); target && *target) return true;
  if (known_to_be_absent(name)) return false;
  return std::nullopt;
}

std::vector<std::string> Facts::files() const {
  std::vector<std::string> names;
  for (const std::size_t offset : entries_) {
    const auto line = line_at(offset);
    if (line && question_of(line->sign) == Question::read)
      names.push_back(unescape(line->name).value_or(""));
  }
  return names;
}

}  // namespace multipath
