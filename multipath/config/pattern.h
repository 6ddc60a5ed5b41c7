#pragma once

#include <bitset>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

namespace multipath {

/// A POSIX extended regular expression with GNU's additions, as regcomp(3) compiles it in the C
/// locale with REG_EXTENDED and REG_NOSUB: it matches bytes anywhere in the text. Back references
/// are rejected.
///
/// It is a list of instructions (Thompson's automaton) whose states are followed in parallel: a
/// match costs at most the length of the text times the size of the list, whatever the expression,
/// and needs no stack. The size is limited because an interval repeats what precedes it:
/// "(x?x?){1000}" is 4000 instructions.
class RegularExpression {
 public:
  /// The error describes what is wrong with the expression.
  static tl::expected<RegularExpression, std::string> compile(std::string_view expression);
  static constexpr std::size_t largest = 10000;        ///< instructions
  static constexpr unsigned most_repetitions = 32767;  ///< RE_DUP_MAX of the C library
  static constexpr unsigned deepest_group = 200;

  bool matches(std::string_view text) const;
  /// In instructions.
  std::size_t size() const { return program_.size(); }

 private:
  friend class ExpressionCompiler;

  struct Instruction {
    enum class Kind : std::uint8_t {
      byte,        ///< consumes the byte `value`
      any,         ///< consumes a byte
      set,         ///< consumes a byte of the set number `value`
      jump,        ///< continues at `value`
      split,       ///< continues at `value` and at the next instruction
      text_begin,  ///< this and the following continue where the position matches
      text_end,
      word_boundary,
      not_word_boundary,
      word_begin,
      word_end,
      match,
    };
    Kind kind;
    std::uint32_t value = 0;
  };
  using Bytes = std::bitset<256>;

  class Run;
  RegularExpression() = default;
  static bool holds(Instruction::Kind kind, std::string_view text, std::size_t at);

  std::vector<Instruction> program_;
  std::vector<Bytes> sets_;
};

/// A pattern of multipath.conf: a RegularExpression. One that is only literal text, or a choice of
/// literal texts, costs no more than a search for them.
class Pattern {
 public:
  /// The error describes what is wrong with the expression: its syntax, more than `longest` bytes,
  /// a NUL byte, or more than RegularExpression::largest instructions.
  static tl::expected<Pattern, std::string> compile(std::string_view expression);
  static constexpr std::size_t longest = 1024;

  bool matches(std::string_view text) const;
  const std::string& expression() const { return expression_; }
  /// The greatest cost of a match for each byte of the text: the instructions of the automaton; 1
  /// for literal text.
  std::size_t size() const { return compiled_ ? compiled_->size() : 1; }
  /// The length of the shortest text without trailing blanks that matches; 0 where it is not known,
  /// for all but literal text.
  std::size_t shortest_match() const;

 private:
  /// "^(A|B)$" without its operators.
  struct Literals {
    std::vector<std::string> texts;
    bool at_begin = false;
    bool at_end = false;
    bool match(std::string_view text) const;
  };
  static bool parse_literals(std::string_view expression, Literals& literals);

  std::string expression_;
  Literals literals_;
  std::shared_ptr<const RegularExpression> compiled_;  ///< nothing when the literals say it all
};

/// A pattern that a '!' before it inverts.
class RulePattern {
 public:
  /// The error is that of Pattern::compile.
  static tl::expected<RulePattern, std::string> compile(std::string_view text);
  bool matches(std::string_view text) const { return pattern_.matches(text) != inverted_; }
  const std::string& text() const { return text_; }
  std::size_t size() const { return pattern_.size(); }

 private:
  RulePattern(std::string text, Pattern pattern, bool inverted)
      : text_(std::move(text)), pattern_(std::move(pattern)), inverted_(inverted) {}
  std::string text_;
  Pattern pattern_;
  bool inverted_;
};

}  // namespace multipath
