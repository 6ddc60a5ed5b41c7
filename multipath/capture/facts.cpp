#include "multipath/capture/facts.h"

#include <algorithm>
#include <array>
#include <functional>
#include <iterator>

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

std::optional<Question> question_of(std::string_view text) {
  if (text.empty()) return std::nullopt;
  // By the length first: this is asked of every line.
  for (const Sign& sign : signs) {
    if (sign.text.size() == text.size() && sign.text.front() == text.front() &&
        sign.text.back() == text.back())
      return sign.question;
  }
  return std::nullopt;
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

/// "a/b" is "b" in the folder "a". A name at the top is in the folder "".
struct InFolder {
  std::string_view folder, leaf;
};
InFolder in_folder(std::string_view name) {
  const auto slash = name.rfind('/');
  if (slash == std::string_view::npos || slash == 0 || slash + 1 == name.size()) return {"", name};
  return {name.substr(0, slash), name.substr(slash + 1)};
}

/// A folder with more facts than this gets an entry for each.
constexpr std::uint32_t many = 32;

constexpr unsigned offset_bits = 40;
constexpr std::uint64_t offset_mask = (std::uint64_t{1} << offset_bits) - 1;

std::uint64_t hash_of(std::uint32_t folder, Question question, std::string_view leaf) {
  constexpr std::uint64_t golden = 0x9e3779b97f4a7c15;
  const std::uint64_t hash = std::hash<std::string_view>{}(leaf) + folder;
  return (hash + static_cast<unsigned char>(question)) * golden;
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
  using Fact = decltype(lines_)::const_pointer;
  std::string text;
  std::map<std::string_view, std::vector<Fact>> folders;
  for (const auto& fact : lines_) {
    const auto& [name, question] = fact.first;
    const auto [folder, leaf] = in_folder(name);
    // A name that is no file's, a command line for one, stays in one piece.
    if (folder.empty() || name.find('\\') != name.npos) {
      text += name + " " + fact.second + "\n";
    } else {
      folders[folder].push_back(&fact);
    }
  }
  for (const auto& [folder, facts] : folders) {
    text.append(text.empty() ? "" : "\n").append(folder).append(" :\n");
    for (const Fact fact : facts) {
      text.append(" ").append(in_folder(fact->first.first).leaf);
      text.append(" ").append(fact->second).append("\n");
    }
  }
  return text;
}

// --- asking -----------------------------------------------------------------------------------

std::optional<Facts::Line> Facts::line_at(std::size_t offset) const {
  const std::string_view all = text_;
  if (all[offset] == ' ') ++offset;
  const std::size_t end = std::min(all.find('\n', offset), all.size());
  const std::string_view line = all.substr(offset, end - offset);
  const std::size_t blank = line.find(' ');
  if (blank == std::string_view::npos) return std::nullopt;
  Line result;
  result.name = line.substr(0, blank);
  result.sign = line.substr(blank + 1, 2);
  if (result.sign.ends_with(' ')) result.sign.remove_suffix(1);
  const std::size_t behind = blank + 1 + result.sign.size();
  if (behind < line.size()) {
    if (line[behind] != ' ') return std::nullopt;
    result.value = line.substr(behind + 1);
  }
  result.end = std::min(end + 1, all.size());
  if (result.sign == "{") {
    std::string_view rest = all.substr(result.end);
    const std::string_view block = rest;
    while (rest.starts_with('\t')) cut(rest, '\n');
    result.value = block.substr(0, block.size() - rest.size());
    if (cut(rest, '\n') != "}") return std::nullopt;
    result.end = all.size() - rest.size();
  }
  return result;
}

/// The offset of the line behind a fact, a comment or an empty line.
std::size_t Facts::behind(std::size_t offset) const {
  const std::size_t end = text_.find('\n', offset);
  if (end == text_.npos) return text_.size();
  const bool may_be_a_block =
      end + 1 < text_.size() && (text_[end + 1] == '\t' || text_[end + 1] == '}');
  if (!may_be_a_block) return end + 1;
  std::string_view rest = std::string_view(text_).substr(end + 1);
  while (rest.starts_with('\t')) cut(rest, '\n');
  constexpr std::string_view end_of_block = "}\n";
  if (rest.starts_with(end_of_block) || rest == end_of_block.substr(0, 1)) cut(rest, '\n');
  return text_.size() - rest.size();
}

LineRanges::Place Facts::place_of(std::string_view part) const {
  return {static_cast<std::uint64_t>(part.data() - text_.data()),
          static_cast<std::uint32_t>(part.size())};
}

/// What is wrong; nothing when nothing is.
std::optional<std::string> Facts::take_folder(const Line& line) {
  if (!line.value.empty()) return "unexpected text after ':'";
  if (line.name == escape_word("")) return "a directory without a name";
  Range& range = folders_.add(place_of(line.name));
  range.begin = range.end = line.end;
  return std::nullopt;
}

std::optional<std::string> Facts::take_fact(std::size_t offset, const Line& line,
                                            bool in_a_folder) {
  const bool has_escapes = line.value.find('\\') != std::string_view::npos;
  if (has_escapes && (line.sign == "{" ? !content_of_block(line.value) : !is_escaped(line.value)))
    return "invalid escape sequence";
  if (in_a_folder) {
    if (line.name.find('/') != std::string_view::npos) return "a name in a directory contains '/'";
  } else {
    const std::string_view folder = in_folder(line.name).folder;
    if (folders_.all().empty() || folders_.all().back().name.in(text_) != folder)
      folders_.add(folder.empty() ? LineRanges::Place{} : place_of(folder)).begin = offset;
  }
  Range& range = folders_.back();
  ++range.lines;
  range.end = line.end;
  return std::nullopt;
}

tl::expected<Facts, Facts::Mistake> Facts::parse(std::string text) {
  Facts facts;
  facts.text_ = std::move(text);
  const std::string_view all = facts.text_;
  bool folder_is_open = false;
  for (std::size_t offset = 0; offset < all.size();) {
    if (all[offset] == '#' || all[offset] == '\n') {
      offset = std::min(all.find('\n', offset), all.size() - 1) + 1;
      continue;
    }
    const auto mistake = [&](std::string what) {
      const auto before = all.substr(0, offset);
      const auto number = static_cast<std::size_t>(std::ranges::count(before, '\n')) + 1;
      return tl::unexpected(Mistake{number, std::move(what)});
    };
    const auto line = facts.line_at(offset);
    if (!line) return mistake("expected a name and a sign");
    const bool in_a_folder = all[offset] == ' ', is_folder = line->sign == ":";
    if (in_a_folder && !folder_is_open) return mistake("indented line without a directory above");
    if (in_a_folder && is_folder) return mistake("a directory in a directory");
    if (!is_folder && !question_of(line->sign))
      return mistake("unknown sign: " + escape_word(line->sign));
    if (!is_well_spelled(line->name)) return mistake("a name that is not escaped as required");
    auto wrong = is_folder ? facts.take_folder(*line) : facts.take_fact(offset, *line, in_a_folder);
    if (wrong) return mistake(std::move(*wrong));
    folder_is_open = is_folder || in_a_folder;
    offset = line->end;
  }
  facts.folders_.index(facts.text_);
  facts.index_large_folders();
  return facts;
}

/// What there is to look through for a name in each folder, in lines of a usual length, by its first range: one for
/// each fact, one for each range, as a folder may come again and again, and more for facts of many bytes, as the
/// names in a large directory are.
std::vector<std::uint32_t> Facts::lines_of_folders() const {
  std::vector<std::uint32_t> lines(folders_.all().size() + 1, 0);
  constexpr std::size_t usual_length = 256;
  for (const Range& range : folders_.all())
    lines[range.first] +=
        range.lines + 1 + static_cast<std::uint32_t>((range.end - range.begin) / usual_length);
  return lines;
}

void Facts::index_large_folders() {
  const std::vector<std::uint32_t> lines = lines_of_folders();
  std::size_t facts = 0;
  large_.assign(lines.size(), false);
  for (std::size_t first = 1; first < lines.size(); ++first) {
    if (lines[first] <= many) continue;
    large_[first] = true;
    facts += lines[first];
  }
  if (facts == 0) return;
  std::size_t size = 16;
  while (size < 2 * facts) size *= 2;
  slots_.resize(size);
  for (const Range& folder : folders_.all()) {
    if (!large_[folder.first]) continue;
    for (std::size_t offset = folder.begin; offset < folder.end; offset = behind(offset)) {
      if (text_[offset] == '#' || text_[offset] == '\n') continue;
      const auto line = line_at(offset);
      const auto question = line ? question_of(line->sign) : std::nullopt;
      if (!question) continue;
      const std::string_view leaf = in_folder(line->name).leaf;
      const auto hash = hash_of(folder.first, *question, leaf);
      slots_[slot_of(folder.first, hash, *question, leaf)] = (hash & ~offset_mask) | (offset + 1);
    }
  }
}

/// The fact's slot, which a later fact takes from an earlier one; or the free one where it belongs.
std::size_t Facts::slot_of(std::uint32_t folder, std::uint64_t hash, Question question,
                           std::string_view leaf) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = hash & mask;
  for (; slots_[slot] != 0; slot = (slot + 1) & mask) {
    if ((slots_[slot] & ~offset_mask) != (hash & ~offset_mask)) continue;
    const std::size_t offset = (slots_[slot] & offset_mask) - 1;
    if (folder_at(offset) == folder && fact_at(offset, question, leaf)) break;
  }
  return slot;
}

/// The first range of the folder that the fact at this place of the text is in.
std::uint32_t Facts::folder_at(std::size_t offset) const {
  const auto& ranges = folders_.all();
  const auto behind_it = std::ranges::upper_bound(ranges, offset, {}, &Range::begin);
  return behind_it == ranges.begin() ? 0 : std::prev(behind_it)->first;
}

std::optional<Facts::Line> Facts::fact_at(std::size_t offset, Question question,
                                          std::string_view leaf) const {
  auto line = line_at(offset);
  const bool is_it =
      line && in_folder(line->name).leaf == leaf && question_of(line->sign) == question;
  return is_it ? line : std::nullopt;
}

std::optional<Facts::Line> Facts::find_in(const Range& range, Question question,
                                          std::string_view leaf) const {
  const std::string_view text = text_;
  std::optional<Line> last;
  for (std::size_t offset = range.begin; offset < range.end; offset = behind(offset)) {
    if (text[offset] == '#') continue;
    const bool in_a_folder = text[offset] == ' ';
    const std::size_t folder = range.name.size == 0 ? 0 : range.name.size + 1;
    const std::size_t begin = offset + (in_a_folder ? 1 : folder);
    if (begin + leaf.size() >= text.size() || text[begin + leaf.size()] != ' ' ||
        text.compare(begin, leaf.size(), leaf) != 0)
      continue;
    if (auto line = fact_at(offset, question, leaf)) last = line;
  }
  return last;
}

std::optional<Facts::Line> Facts::find_escaped(Question question, std::string_view name) const {
  const auto [folder, leaf] = in_folder(name);
  const Range* range = folders_.last(text_, folder);
  if (range != nullptr && large_[range->first]) {
    const auto hash = hash_of(range->first, question, leaf);
    const std::uint64_t slot = slots_[slot_of(range->first, hash, question, leaf)];
    return slot == 0 ? std::nullopt : line_at((slot & offset_mask) - 1);
  }
  for (; range != nullptr; range = folders_.earlier(*range)) {
    if (auto line = find_in(*range, question, leaf)) return line;
  }
  return std::nullopt;
}

std::optional<Facts::Line> Facts::find(Question question, std::string_view name) const {
  // Most names are plain, and only one with a backslash could be taken for another one's spelling.
  if (name.find('\\') == std::string_view::npos) {
    if (auto line = find_escaped(question, name)) return line;
  }
  if (is_plain_word(name)) return std::nullopt;
  return find_escaped(question, escape_word(name));
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

/// A directory with more names than this is kept as a set once it was asked about.
constexpr std::size_t many_names = 32;

bool Facts::known_to_be_absent(std::string_view name) const {
  const auto slash = name.rfind('/');
  if (slash == std::string_view::npos) return false;
  const std::string folder(name.substr(0, slash));
  const std::string leaf(name.substr(slash + 1));
  const std::lock_guard lock(directories_->mutex);
  if (const auto known = directories_->names.find(folder); known != directories_->names.end())
    return !known->second.contains(leaf);
  const auto names = list(folder);
  if (!names) return exists(folder) == false;
  if (!*names) return true;
  if ((*names)->size() <= many_names) return std::ranges::find(**names, leaf) == (*names)->end();
  const auto& all = directories_->names[folder] = {(*names)->begin(), (*names)->end()};
  return !all.contains(leaf);
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
  for (const Range& folder : folders_.all()) {
    for (std::size_t offset = folder.begin; offset < folder.end; offset = behind(offset)) {
      if (text_[offset] == '#' || text_[offset] == '\n') continue;
      const auto line = line_at(offset);
      if (!line || question_of(line->sign) != Question::read) continue;
      const std::string name = unescape(in_folder(line->name).leaf).value_or("");
      const std::string_view above = folder.name.in(text_);
      names.push_back(above.empty() ? name : unescape(above).value_or("") + "/" + name);
    }
  }
  return names;
}

}  // namespace multipath
