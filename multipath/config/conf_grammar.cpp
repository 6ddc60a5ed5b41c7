#include "multipath/config/conf_grammar.h"

#include <optional>

#include <fmt/format.h>

#include "multipath/model/ascii.h"

namespace multipath {
namespace {

struct Token {
  enum class Kind : std::uint8_t { word, string, open, close };
  Kind kind = Kind::word;
  ConfWord word;
};

bool is_blank(char byte) {
  constexpr unsigned char last_ascii = 0x7f;
  return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\v' || byte == '\f' ||
         static_cast<unsigned char>(byte) > last_ascii;
}

bool ends_word(char byte) {
  return is_blank(byte) || std::string_view("\"{}#!").find(byte) != std::string_view::npos ||
         byte == '\0';
}

/// Collects a limited number of mistakes.
class Mistakes {
 public:
  void add(const ConfWord& at, std::string what) {
    if (list_.size() > most_mistakes) return;
    if (list_.size() == most_mistakes) what = "too many mistakes; the rest is not reported";
    list_.push_back(
        {Diagnostic::Severity::error, at.place, quotable(at.text), std::move(what), ""});
  }
  Diagnostics take() { return std::move(list_); }

 private:
  Diagnostics list_;
};

/// The tokens of one line.
class LineLexer {
 public:
  LineLexer(std::string_view line, const std::string& file, std::uint32_t number,
            Mistakes& mistakes)
      : line_(line), file_(file), number_(number), mistakes_(mistakes) {}

  std::optional<Token> next() {
    while (at_ < line_.size() && is_blank(line_[at_])) ++at_;
    if (at_ == line_.size() || line_[at_] == '#' || line_[at_] == '!') return std::nullopt;
    switch (line_[at_]) {
      case '{':
        return single(Token::Kind::open);
      case '}':
        return single(Token::Kind::close);
      case '"':
        return string();
      case '\0':
        mistakes_.add({"", place(at_)}, "NUL byte; the rest of the line cannot be read");
        at_ = line_.size();
        return std::nullopt;
      default:
        return word();
    }
  }

  /// Does the comment after the last token contain these words?
  bool comment_has(std::string_view words) const {
    return line_.substr(at_).find(words) != std::string_view::npos;
  }
  /// The column after the last token.
  std::uint32_t column() const { return static_cast<std::uint32_t>(at_ + 1); }

  Place place(std::size_t at) const { return {file_, number_, static_cast<std::uint32_t>(at + 1)}; }

 private:
  Token single(Token::Kind kind) {
    Token token{kind, {std::string(1, line_[at_]), place(at_)}};
    ++at_;
    return token;
  }

  Token word() {
    const std::size_t begin = at_;
    while (at_ < line_.size() && !ends_word(line_[at_])) ++at_;
    return checked(
        {Token::Kind::word, {std::string(line_.substr(begin, at_ - begin)), place(begin)}});
  }

  Token string() {
    Token token{Token::Kind::string, {"", place(at_)}};
    for (++at_; at_ < line_.size(); ++at_) {
      if (line_[at_] == '\0') {
        mistakes_.add(token.word, "NUL byte in a string");
        at_ = line_.size();
        return token;
      }
      if (line_[at_] == '"') {
        const bool is_doubled = at_ + 1 < line_.size() && line_[at_ + 1] == '"';
        if (!is_doubled) {
          ++at_;
          return checked(std::move(token));
        }
        ++at_;
      }
      token.word.text += line_[at_];
    }
    mistakes_.add(token.word, "missing closing quote; a string must end on its line");
    return token;
  }

  Token checked(Token token) {
    if (token.word.text.size() > longest_word) {
      mistakes_.add(token.word, fmt::format("word longer than {} bytes", longest_word));
      token.word.text.resize(longest_word);
    }
    return token;
  }

  std::string_view line_;
  const std::string& file_;
  std::uint32_t number_;
  std::size_t at_ = 0;
  Mistakes& mistakes_;
};

class Parser {
 public:
  Parser(const std::string& file, SectionNesting may_nest) : file_(file), may_nest_(may_nest) {
    open_.push_back({});
  }

  void line(std::string_view text, std::uint32_t number) {
    LineLexer lexer(text, file_, number, mistakes_);
    auto first = lexer.next();
    if (!first) return;
    if (alone_ && first->kind == Token::Kind::open) {
      brace_of_line_before(first->word);
      if (const auto more = lexer.next()) extra(more->word);
      return;
    }
    alone_.reset();
    switch (first->kind) {
      case Token::Kind::close:
        close(first->word);
        break;
      case Token::Kind::open:
        mistakes_.add(first->word, "'{' without a section name before it");
        open({"", first->word.place});
        break;
      case Token::Kind::string:
        mistakes_.add(first->word, "a line must begin with a keyword without quotes");
        if (const auto second = lexer.next(); second && second->kind == Token::Kind::open)
          open({"", first->word.place});
        return;
      case Token::Kind::word:
        if (!entry(*first, lexer)) return;
        return entries_behind_brace(lexer);
    }
    if (const auto more = lexer.next()) extra(more->word);
  }

  ConfTree finish() {
    if (open_.size() == 1) suspect_.reset();
    while (open_.size() > 1) {
      const ConfWord& name = open_.back().keyword;
      if (!suspect_) {
        mistakes_.add(
            name, fmt::format("section {} is never closed: '}}' is missing", quotable(name.text)));
      }
      pop();
    }
    if (suspect_) mistakes_.add(suspect_->at, suspect_->what);
    return {std::move(open_.front().entries), mistakes_.take(), std::move(repairs_)};
  }

 private:
  /// A '}' in the column of an outer section: reported if a '}' is missing at the end of the file.
  struct Suspect {
    ConfWord at;
    std::string what;
  };

  /// A word alone on its line: a keyword without a value, or the name of a section whose '{' is on
  /// the next line.
  struct Alone {
    ConfWord word;
    bool is_open;          ///< a section of that name is allowed here and has been opened
    std::uint32_t column;  ///< after the word
  };

  /// Returns whether the rest of the line must be read.
  bool entry(const Token& keyword, LineLexer& lexer) {
    const std::uint32_t behind = lexer.column();
    const auto value = lexer.next();
    const auto& name = keyword.word;
    if (!value) {
      const bool is_section = may_nest_(open_.back().keyword.text, name.text);
      alone_ = {name, is_section, behind};
      if (is_section) {
        needs_brace(name);
        repairs_.push_back({.kind = Repair::Kind::join_brace,
                            .line = name.place.line,
                            .column = behind,
                            .why = ""});
        open(name);
      } else {
        add({.keyword = name, .value = {}, .entries = {}, .has_value = false, .surplus = {}});
      }
      return false;
    }
    if (value->kind == Token::Kind::close) {
      extra(value->word);
      return false;
    }
    if (value->kind == Token::Kind::open) {
      close_forgotten(name);
      open(name);
      return true;
    }
    if (may_nest_(open_.back().keyword.text, name.text))
      return misspelt_section(name, *value, lexer);
    ConfEntry read{.keyword = name, .value = value->word, .entries = {}, .surplus = {}};
    while (const auto more = lexer.next()) {
      if (more->kind == Token::Kind::open || more->kind == Token::Kind::close) {
        extra(more->word);
        break;
      }
      read.surplus.push_back(more->word);
    }
    read.is_acknowledged = lexer.comment_has(acknowledgement);
    add(std::move(read));
    return false;
  }

  /// "defaults defaults {": opens the section and reports the extra word.
  bool misspelt_section(const ConfWord& name, const Token& value, LineLexer& lexer) {
    const auto third = lexer.next();
    if (third && third->kind == Token::Kind::open) {
      mistakes_.add(value.word,
                    fmt::format("unexpected '{}' between the name of section {} and its '{{'",
                                quotable(value.word.text), name.text));
      open(name);
      return true;
    }
    add({.keyword = name, .value = value.word, .entries = {}, .surplus = {}});
    if (third) extra(third->word);
    return false;
  }

  /// "device { vendor X product Y }": one mistake, and the section ends where it seems to end.
  void entries_behind_brace(LineLexer& lexer) {
    const auto first = lexer.next();
    if (!first) return;
    ConfEntry& section = open_.back();
    section.is_damaged = true;
    mistakes_.add(first->word,
                  fmt::format("unexpected '{}' behind the '{{' of section {}; write "
                              "each entry, and the '}}', on a line of its own",
                              quotable(first->word.text), quotable(section.keyword.text)));
    auto last = first;
    while (auto more = lexer.next()) last = std::move(more);
    if (last->kind == Token::Kind::close) close(last->word);
  }

  void add(ConfEntry entry) {
    if (too_deep_ == 0) open_.back().entries.push_back(std::move(entry));
  }

  void needs_brace(const ConfWord& name) {
    mistakes_.add(name,
                  fmt::format("section {} needs its '{{' on the same line", quotable(name.text)));
  }

  /// The word on the line before was the name of a section.
  void brace_of_line_before(const ConfWord& brace) {
    if (!alone_->is_open) {
      auto& entries = open_.back().entries;
      if (too_deep_ == 0 && !entries.empty()) entries.pop_back();
      needs_brace(alone_->word);
      repairs_.push_back({.kind = Repair::Kind::join_brace,
                          .line = alone_->word.place.line,
                          .column = alone_->column,
                          .why = ""});
      open(alone_->word);
    }
    repairs_.back().last_line = brace.place.line;
    alone_.reset();
  }

  void extra(const ConfWord& word) {
    mistakes_.add(word,
                  fmt::format("unexpected '{}' after a complete entry; write one entry per line, "
                              "and quote a value that contains blanks",
                              quotable(word.text)));
  }

  /// Reports a missing '}' before a section that is not allowed here but in an outer section.
  void close_forgotten(const ConfWord& inner) {
    if (may_nest_(open_.back().keyword.text, inner.text)) return;
    for (std::size_t level = open_.size(); level-- > 0;) {
      if (!may_nest_(open_[level].keyword.text, inner.text)) continue;
      const ConfWord& unclosed = open_[level + 1].keyword;
      mistakes_.add(
          inner, fmt::format("missing '}}' before this line: section {} of line {} is still open",
                             quotable(unclosed.text), unclosed.place.line));
      while (open_.size() > level + 1) pop();
      suspect_.reset();
      return;
    }
  }

  void open(const ConfWord& name) {
    if (open_.size() > deepest_section) {
      if (too_deep_++ == 0) mistakes_.add(name, "sections are nested too deeply");
      return;
    }
    open_.push_back(
        {.keyword = name, .value = {}, .is_section = true, .entries = {}, .surplus = {}});
  }

  void close(const ConfWord& brace) {
    if (too_deep_ > 0) {
      --too_deep_;
      return;
    }
    if (open_.size() == 1) {
      mistakes_.add(brace, "unexpected '}': no section is open");
      return;
    }
    open_.back().last_line = brace.place.line;
    const ConfWord& name = open_.back().keyword;
    if (!suspect_ && open_.size() > 2 && brace.place.column != name.place.column &&
        brace.place.column == open_[open_.size() - 2].keyword.place.column) {
      suspect_ = {brace, fmt::format("missing '}}' before this line: section {} of line {} is "
                                     "still open",
                                     quotable(name.text), name.place.line)};
    }
    pop();
  }

  void pop() {
    ConfEntry section = std::move(open_.back());
    open_.pop_back();
    open_.back().entries.push_back(std::move(section));
  }

  const std::string& file_;
  SectionNesting may_nest_;
  Mistakes mistakes_;
  std::vector<ConfEntry> open_;  ///< the file itself first
  std::size_t too_deep_ = 0;
  std::optional<Suspect> suspect_;
  std::optional<Alone> alone_;
  std::vector<Repair> repairs_;
};

}  // namespace

ConfTree parse_conf(std::string_view text, const std::string& file, SectionNesting may_nest) {
  Parser parser(file, may_nest);
  std::uint32_t number = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    parser.line(text.substr(0, end), ++number);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parser.finish();
}

std::size_t word_length(std::string_view line, std::size_t at) {
  std::size_t end = at;
  if (line[at] != '"') {
    while (end < line.size() && !ends_word(line[end])) ++end;
    return end - at;
  }
  for (++end; end < line.size(); ++end) {
    if (line[end] != '"') continue;
    if (end + 1 == line.size() || line[end + 1] != '"') return end + 1 - at;
    ++end;
  }
  return line.size() - at;
}

std::string conf_quoted(std::string_view value) {
  std::string text = "\"";
  for (const char byte : value) {
    text += byte;
    if (byte == '"') text += '"';
  }
  return text + '"';
}

std::string exact_pattern(std::string_view text) {
  std::string pattern = "^";
  for (const char c : text) {
    const bool plain =
        is_alphanumeric(c) || std::string_view(" _-:,/@=").find(c) != std::string_view::npos;
    pattern += plain ? c : '.';
  }
  return pattern + "$";
}

}  // namespace multipath
