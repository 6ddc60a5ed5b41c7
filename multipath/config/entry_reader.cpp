#include "multipath/config/entry_reader.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace multipath {
namespace {

constexpr Section all_sections[] = {
    Section::defaults,         Section::blacklist, Section::blacklist_exceptions,
    Section::blacklist_device, Section::device,    Section::overrides,
    Section::protocol,         Section::multipath,
};

std::string sections_of(std::string_view keyword) {
  std::vector<std::string> names;
  for (const Section section : all_sections)
    if (find_keyword(keyword, section) != nullptr) names.push_back(name_of(section));
  return fmt::format("{}", fmt::join(names, ", "));
}

bool is_keyword(std::string_view word) {
  return std::ranges::find(keywords(), word, &Keyword::name) != keywords().end();
}

/// Rules also decide about units that they do not name.
bool has_rules(Section section) {
  return section == Section::blacklist || section == Section::blacklist_exceptions ||
         section == Section::blacklist_device;
}

/// Does the keyword select the units or paths that its section applies to?
bool selects_subject(std::string_view keyword, Section section) {
  constexpr std::array names{"vendor", "product", "revision", "wwid", "type"};
  return !has_rules(section) && std::ranges::find(names, keyword) != names.end();
}

/// The same for rules: without the keyword the other lines of the section would change their meaning.
bool says_what_section_is_about(const Keyword& keyword, Section section) {
  return has_rules(section) || keyword.name == "product_blacklist" ||
         selects_subject(keyword.name, section);
}

/// Is the value complete without the words after it? Any text is if it was quoted, which its blanks
/// show.
bool is_whole(const Keyword& keyword, std::string_view value) {
  using enum ValueKind;
  constexpr std::array of_any_text{text, pattern, attributes};
  if (std::ranges::find(of_any_text, keyword.codec.kind) != of_any_text.end() &&
      value.find(' ') == std::string_view::npos)
    return false;
  return keyword.codec.read(value).has_value();
}

/// What applies where a line of the section is skipped.
std::string lower_layers(const Keyword* keyword, Section section) {
  switch (section) {
    case Section::defaults:
      if (keyword == nullptr) return "the line is skipped";
      return keyword->built_in.empty()
                 ? "the line is skipped"
                 : fmt::format(
                       "the line is skipped: an earlier line in defaults applies, or else the "
                       "built-in \"{}\"",
                       keyword->built_in);
    case Section::overrides:
    case Section::protocol:
      return "the line is skipped: devices, the hardware table and defaults apply";
    case Section::device:
      return "the line is skipped: the hardware table and defaults apply";
    case Section::multipath:
      return "the line is skipped: overrides, devices, the hardware table and defaults apply";
    default:
      return "the line is skipped";
  }
}

std::string in_quotes(const ConfEntry& entry) {
  std::string value = entry.value.text;
  for (const ConfWord& word : entry.surplus) value += " " + word.text;
  return quotable(value);
}

std::vector<std::string_view> top_level_blacklists() {
  return {"blacklist", "blacklist_exceptions"};
}

bool has_rules(const ConfEntry& entry) {
  return std::ranges::any_of(entry.entries, [](const ConfEntry& inner) {
    return !inner.is_section && inner.keyword.text != "wwid" &&
           find_keyword(inner.keyword.text, Section::blacklist) != nullptr;
  });
}

}  // namespace

std::string name_of(Section section) {
  switch (section) {
    case Section::blacklist_device:
      return "device of a blacklist";
    case Section::device:
      return "device of devices";
    default:
      return to_string(section);
  }
}

void EntryReader::skip_section(const ConfEntry& entry, const std::string& what, Reported reported) {
  const std::string sentence = what + "; the section is skipped";
  if (reported == Reported::no && !entry.is_damaged) reviewer_.warn(entry.keyword, sentence);
  const std::uint32_t first = entry.keyword.place.line;
  if (!reviewer_.replaces_within(first, entry.last_line))
    reviewer_.comment_out(first, entry.last_line, sentence);
}

bool EntryReader::has_sibling(std::string_view keyword) const {
  return inside_ != nullptr && std::ranges::any_of(inside_->entries, [&](const ConfEntry& sibling) {
           return sibling.keyword.text == keyword;
         });
}

void EntryReader::skip_line(const ConfEntry& entry, const ConfWord& at, const std::string& what,
                            Section section, const NearestWord& meant) {
  const Keyword* keyword = find_keyword(entry.keyword.text, section);
  const std::string sentence = what + "; " +
                               (keyword != nullptr && selects_subject(keyword->name, section)
                                    ? "the section matches nothing and is skipped"
                                    : lower_layers(keyword, section));
  reviewer_.warn(at, sentence, meant.text);
  if (meant.is_unique) {
    reviewer_.replace(at, meant.text, at.place.line, sentence);
  } else {
    reviewer_.comment_out(entry.keyword.place.line, entry.keyword.place.line, sentence);
  }
}

bool EntryReader::dropped(const ConfEntry& entry) {
  const std::string& name = entry.keyword.text;
  const DroppedKeyword* found = find_dropped_keyword(name);
  if (found == nullptr) return false;
  std::string what = fmt::format("{} is obsolete and has no effect here: {}", name, found->reason);
  if (!found->successor.empty()) what += fmt::format("; write {} instead", found->successor);
  const std::uint32_t last = entry.is_section ? entry.last_line : entry.keyword.place.line;
  reviewer_.comment_out(entry.keyword.place.line, last, what);
  if (reported_.insert(name).second) reviewer_.warn(entry.keyword, std::move(what));
  return true;
}

void EntryReader::misplaced_section(const ConfEntry& entry, std::optional<Section> outer) {
  const auto& name = entry.keyword;
  if (name.text.empty()) return;  // the parser has reported it
  const std::string where =
      outer ? fmt::format("in section {}", name_of(*outer)) : std::string("at top level");
  if (dropped(entry)) return;
  const bool is_known = section_in(std::nullopt, name.text) || name.text == "device" ||
                        name.text == "protocol" || name.text == "multipath";
  const std::string what = is_known
                               ? fmt::format("section {} is not allowed {}", name.text, where)
                               : fmt::format("unknown section '{}' {}", quotable(name.text), where);
  const NearestWord meant =
      is_known ? NearestWord{} : reviewer_.nearest(name.text, words_of(outer));
  const std::string sentence = what + "; the section is skipped";
  if (meant.is_unique) reviewer_.replace(name, meant.text, entry.last_line, sentence);
  // Disks that were meant to be excluded must not be used.
  const bool is_blacklist =
      !reviewer_.nearest(name.text, top_level_blacklists()).text.empty() || has_rules(entry);
  if (is_blacklist || (outer && has_rules(*outer))) return reviewer_.error(name, what, meant.text);
  reviewer_.differs(
      name.place,
      "multipath-tools skips only this line and reads the lines up to the '}' as if they "
      "were outside the section");
  reviewer_.warn(name, sentence, meant.text);
  if (!meant.is_unique) reviewer_.comment_out(name.place.line, entry.last_line, sentence);
}

void EntryReader::stray_entry(const ConfEntry& entry) {
  const auto& name = entry.keyword;
  if (section_in(std::nullopt, name.text)) {
    return reviewer_.error(name, fmt::format("section {} needs '{{' and entries", name.text));
  }
  if (dropped(entry)) return;
  const std::string what = fmt::format("'{}' is outside any section", quotable(name.text));
  if (name.text != "wwid" && find_keyword(name.text, Section::blacklist) != nullptr)
    return reviewer_.error(name, what);
  reviewer_.warn(name, what + "; the line is skipped");
  reviewer_.comment_out(name.place.line, name.place.line, what);
}

void EntryReader::unknown_keyword(const ConfEntry& entry, Section section) {
  const auto& name = entry.keyword;
  if (section_in(section, name.text)) {
    return reviewer_.error(name,
                           fmt::format("section {} needs its '{{' on the same line", name.text));
  }
  if (dropped(entry)) return;
  if (const std::string others = sections_of(name.text); !others.empty()) {
    return skip_line(entry, name,
                     fmt::format("'{}' is not allowed in section {}; it belongs in: {}", name.text,
                                 name_of(section), others),
                     section);
  }
  const std::string what =
      fmt::format("unknown keyword '{}' in section {}", quotable(name.text), name_of(section));
  NearestWord meant = reviewer_.nearest(name.text, words_of(section));
  // Which of two lines, or of two values, was meant to apply is a question for a person.
  if ((!has_rules(section) && has_sibling(meant.text)) || !entry.surplus.empty())
    meant.is_unique = false;
  // A rule with a typing error must not be lost.
  if (!has_rules(section) || meant.text.empty())
    return skip_line(entry, name, what, section, meant);
  if (meant.is_unique) reviewer_.replace(name, meant.text, name.place.line, what);
  reviewer_.error(name, what, meant.text);
}

void EntryReader::wrong_value(const ConfEntry& entry, const Keyword& keyword, Section section,
                              const std::string& why) {
  std::string what = fmt::format("{} '{}': {}", keyword.name, quotable(entry.value.text), why);
  const bool is_pattern =
      keyword.codec.kind == ValueKind::pattern || keyword.codec.kind == ValueKind::rule;
  if (is_pattern && entry.value.text.starts_with('*')) what += "; \".*\" matches any text";
  const NearestWord meant = reviewer_.nearest(entry.value.text, keyword.codec.words());
  if (has_rules(section) || keyword.name == "product_blacklist")
    return reviewer_.error(entry.value, what, meant.text);
  const bool is_number = keyword.codec.kind == ValueKind::number && !entry.value.text.empty() &&
                         entry.value.text.find_first_not_of("-0123456789") == std::string::npos;
  if (is_number) {
    reviewer_.differs(entry.value.place,
                      fmt::format("multipath-tools obeys the number of {}, or the nearest that it "
                                  "allows",
                                  keyword.name));
  }
  skip_line(entry, entry.value, what, section, meant);
}

EntryReader::Surplus EntryReader::judge_surplus(const ConfEntry& entry, const Keyword& keyword,
                                                Section section) {
  const ConfWord& first = entry.surplus.front();
  const auto is_entry = [](const ConfWord& word) {
    return is_keyword(word.text) || section_in(std::nullopt, word.text).has_value();
  };
  if (std::ranges::any_of(entry.surplus, is_entry) ||
      says_what_section_is_about(keyword, section)) {
    reviewer_.error(first,
                    fmt::format("unexpected '{}' after a complete entry; write one entry per "
                                "line, and quote a value that contains blanks",
                                quotable(first.text)));
    return Surplus::spoils_line;
  }
  if (is_whole(keyword, entry.value.text)) {
    reviewer_.warn(first, fmt::format("'{}' after the value is ignored: \"{}\" applies; a comment "
                                      "begins with '#'",
                                      quotable(first.text), quotable(entry.value.text)));
    reviewer_.repair({.kind = Repair::Kind::comment_rest,
                      .line = first.place.line,
                      .last_line = first.place.line,
                      .column = first.place.column,
                      .why = ""});
    return Surplus::is_ignored;
  }
  reviewer_.differs(
      first.place,
      fmt::format("multipath-tools reads {} as \"{}\" and ignores the rest of the line",
                  keyword.name, quotable(entry.value.text)));
  skip_line(entry, first,
            fmt::format("a value that contains blanks needs quotes: {} \"{}\"", keyword.name,
                        in_quotes(entry)),
            section);
  return Surplus::spoils_line;
}

std::optional<Assignment> EntryReader::assignment_of(const ConfEntry& entry, Section section) {
  if (entry.is_section) {
    misplaced_section(entry, section);
    return std::nullopt;
  }
  const Keyword* keyword = find_keyword(entry.keyword.text, section);
  if (keyword == nullptr) {
    unknown_keyword(entry, section);
    return std::nullopt;
  }
  if (!entry.has_value) {
    const std::string what = fmt::format("'{}' has no value", entry.keyword.text);
    if (has_rules(section)) {
      reviewer_.error(entry.keyword, what);
    } else {
      skip_line(entry, entry.keyword, what, section);
    }
    return std::nullopt;
  }
  if (!entry.surplus.empty() && judge_surplus(entry, *keyword, section) == Surplus::spoils_line)
    return std::nullopt;
  auto value = keyword->codec.read(entry.value.text);
  if (!value) {
    if (keyword->effect.status == KeywordStatus::obsolete) {
      note_status(entry, *keyword);
    } else {
      wrong_value(entry, *keyword, section, value.error());
    }
    return std::nullopt;
  }
  note_status(entry, *keyword);
  return Assignment{keyword, std::move(*value), entry.keyword.place};
}

void EntryReader::note_status(const ConfEntry& entry, const Keyword& keyword) {
  if (keyword.effect.status == KeywordStatus::obeyed || entry.is_acknowledged) return;
  const std::uint32_t line = entry.keyword.place.line;
  const ConfWord at{std::string(keyword.name), entry.keyword.place};
  const bool is_new = reported_.insert(at.text).second;
  std::string what;
  if (keyword.effect.status == KeywordStatus::obsolete) {
    what = fmt::format("{} is obsolete and has no effect here: {}", keyword.name,
                       keyword.effect.reason);
    if (const auto successor = keyword.effect.successor; !successor.empty())
      what += fmt::format("; write {} instead", successor);
    reviewer_.comment_out(line, line, what);
    if (is_new) reviewer_.warn(at, std::move(what));
  } else {
    what = fmt::format("{} has no effect here: {}", keyword.name, keyword.effect.reason);
    reviewer_.differs(entry.keyword.place, fmt::format("multipath-tools obeys {}", keyword.name));
    reviewer_.repair(
        {.kind = Repair::Kind::acknowledge, .line = line, .last_line = line, .why = ""});
    if (is_new) reviewer_.note(at, std::move(what));
  }
}

ConfSection EntryReader::assignments_of(const ConfEntry& entry, Section section) {
  ConfSection result{section, entry.keyword.place, {}};
  inside_ = &entry;
  for (const ConfEntry& inner : entry.entries) {
    auto assignment = assignment_of(inner, section);
    if (!assignment) continue;
    if (const Assignment* earlier = result.find(assignment->keyword->name)) {
      reviewer_.warn({std::string(assignment->keyword->name), assignment->place},
                     fmt::format("{} occurs twice in this section: this line applies, not "
                                 "line {}",
                                 assignment->keyword->name, earlier->place.line));
      reviewer_.comment_out(earlier->place.line, earlier->place.line,
                            fmt::format("{} occurs again below", earlier->keyword->name));
    }
    result.assignments.push_back(std::move(*assignment));
  }
  inside_ = nullptr;
  return result;
}

}  // namespace multipath
