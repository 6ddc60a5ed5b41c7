#include "multipath/config/conf_grammar.h"

#include <optional>

#include <fmt/format.h>

namespace multipath {
namespace {

struct Token {
  enum class Kind : std::uint8_t { word, string, open, close };
  Kind kind = Kind::word;
  ConfWord word;
};

bool is_blank(char byte) {
  return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\v' || byte == '\f';
}

bool ends_word(char byte) {
  return is_blank(byte) || std::string_view("\"{}#!").find(byte) != std::string_view::npos ||
         byte == '\0';
}

/// Collects mistakes, and stops collecting before they fill the memory.
class Mistakes {
 public:
  void add(const ConfWord& at, std::string what) {
    if (list_.size() > most_mistakes) return;
    if (list_.size() == most_mistakes) what = "too many mistakes; the rest is not told";
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
        mistakes_.add({"", place(at_)}, "a NUL byte; the rest of the line can not be read");
        at_ = line_.size();
        return std::nullopt;
      default:
        return word();
    }
  }

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
        mistakes_.add(token.word, "a NUL byte in a string");
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
    mistakes_.add(token.word, "the closing quote is missing; a string ends on its line");
    return token;
  }

  Token checked(Token token) {
    if (token.word.text.size() > longest_word) {
      mistakes_.add(token.word, fmt::format("longer than {} bytes", longest_word));
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
    const auto first = lexer.next();
    if (!first) return;
    switch (first->kind) {
      case Token::Kind::close:
        close(first->word);
        break;
      case Token::Kind::open:
        mistakes_.add(first->word, "'{' without the name of a section before it");
        open({"", first->word.place});
        break;
      case Token::Kind::string:
        mistakes_.add(first->word, "a line begins with a keyword, and a keyword has no quotes");
        if (const auto second = lexer.next(); second && second->kind == Token::Kind::open)
          open({"", first->word.place});
        return;
      case Token::Kind::word:
        if (!entry(*first, lexer)) return;
        break;
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
    return {std::move(open_.front().entries), mistakes_.take()};
  }

 private:
  /// A '}' that stands where it would end an outer section: told when one is missing in the end.
  struct Suspect {
    ConfWord at;
    std::string what;
  };

  /// Is anything more of the line of interest?
  bool entry(const Token& keyword, LineLexer& lexer) {
    const auto value = lexer.next();
    const auto& name = keyword.word;
    if (!value || value->kind == Token::Kind::close) {
      if (may_nest_(open_.back().keyword.text, name.text)) {
        mistakes_.add(name, fmt::format("section {} needs its '{{' on the same line", name.text));
        open(name);
      } else {
        mistakes_.add(name, fmt::format("'{}' has no value", quotable(name.text)));
      }
      return false;
    }
    if (value->kind == Token::Kind::open) {
      close_forgotten(name);
      open(name);
      return true;
    }
    if (!too_deep_) open_.back().entries.push_back({name, value->word, false, {}});
    if (may_nest_(open_.back().keyword.text, name.text)) {
      // "defaults defaults {": the section is meant, its extra word is told.
      const auto third = lexer.next();
      if (third && third->kind == Token::Kind::open) {
        open_.back().entries.pop_back();
        mistakes_.add(value->word,
                      fmt::format("'{}' stands between the name of section {} and its '{{'",
                                  quotable(value->word.text), name.text));
        open(name);
        return true;
      }
      if (third) extra(third->word);
      return false;
    }
    return true;
  }

  void extra(const ConfWord& word) {
    mistakes_.add(word, fmt::format("'{}' follows a complete entry; one entry a line, and a value "
                                    "with blanks in it goes in quotes",
                                    quotable(word.text)));
  }

  /// A section that may not stand here, but may stand further out: '}' was forgotten.
  void close_forgotten(const ConfWord& inner) {
    if (may_nest_(open_.back().keyword.text, inner.text)) return;
    for (std::size_t level = open_.size(); level-- > 0;) {
      if (!may_nest_(open_[level].keyword.text, inner.text)) continue;
      const ConfWord& unclosed = open_[level + 1].keyword;
      mistakes_.add(inner,
                    fmt::format("'}}' is missing before this line: section {} of line {} is open",
                                quotable(unclosed.text), unclosed.place.line));
      while (open_.size() > level + 1) pop();
      suspect_.reset();
      return;
    }
  }

  void open(const ConfWord& name) {
    if (open_.size() > deepest_section) {
      if (too_deep_++ == 0) mistakes_.add(name, "sections nested too deep");
      return;
    }
    open_.push_back({name, {}, true, {}});
  }

  void close(const ConfWord& brace) {
    if (too_deep_ > 0) {
      --too_deep_;
      return;
    }
    if (open_.size() == 1) {
      mistakes_.add(brace, "'}' closes nothing: no section is open");
      return;
    }
    const ConfWord& name = open_.back().keyword;
    if (!suspect_ && open_.size() > 2 && brace.place.column != name.place.column &&
        brace.place.column == open_[open_.size() - 2].keyword.place.column) {
      suspect_ = {brace, fmt::format("'}}' is missing before this line: section {} of line {} is "
                                     "open",
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
    const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                       std::string_view(" _-:,/@=").find(c) != std::string_view::npos;
    pattern += plain ? c : '.';
  }
  return pattern + "$";
}

}  // namespace multipath
