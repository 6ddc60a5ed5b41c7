#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "multipath/config/pattern.h"

namespace multipath {

/// Reads an expression and writes its instructions in one pass. Grammar (POSIX.1-2017 9.5.3, as the
/// GNU C library reads it):
///
///   expression = branch { "|" branch }
///   branch     = { anchor | piece }                an empty branch matches the empty text
///   piece      = atom { "*" | "+" | "?" | "{" m [ "," [ n ] ] "}" | "{," n "}" }
///   atom       = byte | "." | "(" expression ")" | bracket | "\" byte | "\w" "\W" "\s" "\S"
///   anchor     = "^" | "$" | "\<" | "\>" | "\b" | "\B" | "\`" | "\'"
///   bracket    = "[" [ "^" ] { byte | byte "-" byte | "[:class:]" | "[=byte=]" | "[.byte.]" } "]"
///
/// An unmatched ")" or "}" is literal.
class ExpressionCompiler {
 public:
  explicit ExpressionCompiler(std::string_view expression) : text_(expression) {}
  tl::expected<RegularExpression, std::string> compile();

 private:
  using Instruction = RegularExpression::Instruction;
  using Kind = Instruction::Kind;
  using Bytes = RegularExpression::Bytes;

  struct Interval {
    unsigned least = 0;
    std::optional<unsigned> most;
  };

  // Each returns whether the expression is correct so far; otherwise the reason is in error_.
  bool alternatives(unsigned depth);
  bool branch(unsigned depth);
  bool atom(unsigned depth);
  bool group(unsigned depth);
  bool escape();
  bool bracket();
  bool bracket_element(Bytes& bytes, bool is_first);
  bool bracket_byte(unsigned char& byte, bool may_be_hyphen);
  bool named(char kind, std::string_view& name);
  bool repetitions(std::size_t begin);
  bool repeat(std::size_t begin, const Interval& interval);
  std::optional<Interval> interval();

  bool at_end() const { return at_ == text_.size(); }
  bool next_is(char byte) const { return !at_end() && text_[at_] == byte; }
  bool emit(Kind kind, std::size_t value = 0);
  bool emit_set(const Bytes& bytes);
  /// Inserts an instruction, and adjusts the jumps across the place.
  bool insert(std::size_t place, Instruction instruction);
  bool wrong(std::string what);

  std::string_view text_;
  std::size_t at_ = 0;
  RegularExpression result_;
  std::string error_;
  bool has_anchor_before_ = false;  ///< it cannot be repeated
};

}  // namespace multipath
