#include "multipath/config/review.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "multipath/config/configuration.h"

namespace multipath {
namespace {

constexpr std::string_view blanks = " \t";

/// A line of the file, with the repairs made to it.
struct Line {
  std::string text;    ///< without "\n" and "\r\n"
  std::string ending;  ///< "\n" or "\r\n"; "" for a last line without
  bool is_comment = false;
  std::vector<std::string> above;  ///< new lines before it
};

std::vector<Line> lines_of(std::string_view text) {
  std::vector<Line> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    std::string ending = end < text.size() ? "\n" : "";
    if (line.ends_with('\r')) {
      line.remove_suffix(1);
      ending = "\r" + ending;
    }
    lines.push_back({std::string(line), std::move(ending), false, {}});
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string indent_of(const std::string& text) {
  return text.substr(0, std::min(text.find_first_not_of(blanks), text.size()));
}

std::string commented(const std::string& text) {
  const std::string indent = indent_of(text);
  const std::string rest = text.substr(indent.size());
  return rest.empty() || rest.front() == '#' || rest.front() == '!' ? text : indent + "# " + rest;
}

class Corrector {
 public:
  explicit Corrector(std::string_view text) : lines_(lines_of(text)) {}

  void make(const Repair& repair) {
    Line* line = at(repair.line);
    if (line == nullptr) return;
    switch (repair.kind) {
      case Repair::Kind::comment_out:
        return comment_out(repair);
      case Repair::Kind::comment_rest:
        return insert(*line, repair.column, "# ");
      case Repair::Kind::replace:
        return replace(*line, repair);
      case Repair::Kind::acknowledge:
        if (line->text.find(acknowledgement) == std::string::npos)
          line->text += fmt::format("  # {}", acknowledgement);
        return;
      case Repair::Kind::join_brace:
        return join_brace(*line, repair);
      case Repair::Kind::move_into:
        return move_into(repair);
    }
  }

  std::string text() const {
    std::string result;
    for (const Line& line : lines_) {
      const std::string ending = line.ending.empty() ? "\n" : line.ending;
      for (const std::string& above : line.above) result += above + ending;
      result += (line.is_comment ? commented(line.text) : line.text) + line.ending;
    }
    return result;
  }

 private:
  Line* at(std::uint32_t number) {
    return number == 0 || number > lines_.size() ? nullptr : &lines_[number - 1];
  }

  void insert(Line& line, std::uint32_t column, std::string_view what) {
    line.text.insert(std::min<std::size_t>(column - 1, line.text.size()), what);
  }

  void replace(Line& line, const Repair& repair) {
    const std::size_t at = repair.column - 1;
    if (line.is_comment || at >= line.text.size()) return;
    const bool is_quoted = line.text[at] == '"';
    line.text.replace(at, word_length(line.text, at),
                      is_quoted ? conf_quoted(repair.word) : repair.word);
    line.above.push_back(fmt::format("{}# multipath: {}", indent_of(line.text), repair.why));
  }

  void comment_out(const Repair& repair) {
    Line* first = at(repair.line);
    if (first == nullptr || first->is_comment) return;
    if (!repair.why.empty())
      first->above.push_back(fmt::format("{}# multipath: {}", indent_of(first->text), repair.why));
    for (std::uint32_t number = repair.line; number <= repair.last_line; ++number)
      if (Line* line = at(number)) line->is_comment = true;
  }

  void join_brace(Line& line, const Repair& repair) {
    insert(line, repair.column, " {");
    Line* brace = repair.last_line > repair.line ? at(repair.last_line) : nullptr;
    const auto found = brace == nullptr ? std::string::npos : brace->text.find('{');
    if (found == std::string::npos) return;
    brace->text.erase(found, 1);
    if (brace->text.find_first_not_of(blanks) == std::string::npos) brace->text.clear();
  }

  void move_into(const Repair& repair) {
    Line* target = at(repair.before);
    const Line* moved = at(repair.line);
    if (target == nullptr || target->is_comment || moved == nullptr || moved->is_comment) return;
    for (std::uint32_t number = repair.line + 1; number < repair.last_line; ++number)
      if (const Line* line = at(number)) target->above.push_back(line->text);
    comment_out(repair);
  }

  std::vector<Line> lines_;
};

}  // namespace

void Reviewer::add(Diagnostic diagnostic) {
  if (!is_full()) review_.mistakes.push_back(std::move(diagnostic));
}

void Reviewer::error(const ConfWord& at, std::string what, std::string meant) {
  failed_ = true;
  add({Diagnostic::Severity::error, at.place, quotable(at.text), std::move(what),
       std::move(meant)});
}

void Reviewer::warn(const ConfWord& at, std::string what, std::string meant) {
  add({Diagnostic::Severity::warning, at.place, quotable(at.text), std::move(what),
       std::move(meant)});
}

void Reviewer::note(const ConfWord& at, std::string what) {
  add({Diagnostic::Severity::note, at.place, quotable(at.text), std::move(what), ""});
}

void Reviewer::differs(const Place& place, std::string what) {
  if (review_.as_packaged.size() <= most_mistakes)
    review_.as_packaged.push_back({Diagnostic::Severity::warning, place, "", std::move(what), ""});
}

void Reviewer::repair(Repair repair) { review_.repairs.push_back(std::move(repair)); }

void Reviewer::replace(const ConfWord& wrong, const std::string& meant, std::uint32_t last_line,
                       std::string otherwise) {
  repair({.kind = Repair::Kind::replace,
          .line = wrong.place.line,
          .last_line = std::max(wrong.place.line, last_line),
          .column = wrong.place.column,
          .why = fmt::format("'{}' corrected to '{}'", quotable(wrong.text), meant),
          .word = meant,
          .otherwise = std::move(otherwise)});
}

bool Reviewer::replaces_within(std::uint32_t line, std::uint32_t last_line) const {
  // The repairs of a section are the last ones, while the section is read.
  const auto& repairs = review_.repairs;
  for (auto repair = repairs.rbegin(); repair != repairs.rend() && repair->line >= line; ++repair)
    if (repair->kind == Repair::Kind::replace && repair->line <= last_line) return true;
  return false;
}

void Reviewer::comment_out(std::uint32_t line, std::uint32_t last_line, std::string why) {
  repair({.kind = Repair::Kind::comment_out,
          .line = line,
          .last_line = std::max(line, last_line),
          .why = std::move(why)});
}

void Reviewer::take(Diagnostics mistakes, std::vector<Repair> repairs) {
  for (Diagnostic& mistake : mistakes) {
    failed_ = failed_ || mistake.severity == Diagnostic::Severity::error;
    add(std::move(mistake));
  }
  std::ranges::move(repairs, std::back_inserter(review_.repairs));
}

void Reviewer::sort(std::size_t from) {
  auto& all = review_.mistakes;
  std::sort(all.begin() + static_cast<std::ptrdiff_t>(std::min(from, all.size())), all.end(),
            [](const Diagnostic& a, const Diagnostic& b) {
              return std::tie(a.place, a.what) < std::tie(b.place, b.what);
            });
}

NearestWord Reviewer::nearest(std::string_view word,
                              const std::vector<std::string_view>& words) const {
  return is_full() ? NearestWord{} : find_nearest_word(word, words);
}

namespace {

enum class TypingErrors : bool { commented_out, corrected };

std::string repaired(const std::string& text, const std::vector<Repair>& repairs,
                     TypingErrors typing_errors) {
  Corrector corrector(text);
  for (Repair repair : repairs) {
    if (repair.kind == Repair::Kind::replace && typing_errors == TypingErrors::commented_out) {
      repair.kind = Repair::Kind::comment_out;
      repair.why = repair.otherwise;
    }
    corrector.make(repair);
  }
  return corrector.text();
}

Review review_of(const std::string& file, const std::string& text) {
  return Configuration::review(std::vector{ConfigurationText{file, text}});
}

}  // namespace

Correction corrected(const ConfigurationText& file) {
  // A repair may reveal another mistake, but every repair corrects a word or removes a line.
  constexpr int most_rounds = 20;
  std::string now = file.text;
  Review review = review_of(file.file, now);
  for (int round = 0; round < most_rounds && !review.repairs.empty(); ++round) {
    std::string text = repaired(now, review.repairs, TypingErrors::corrected);
    Review next = review_of(file.file, text);
    if (has_errors(next.mistakes) && !has_errors(review.mistakes)) {
      text = repaired(now, review.repairs, TypingErrors::commented_out);
      next = review_of(file.file, text);
    }
    if (text == now) break;
    now = std::move(text);
    review = std::move(next);
  }
  return {std::move(now), std::move(review.mistakes)};
}

}  // namespace multipath
