#pragma once

#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

namespace multipath {

/// A POSIX extended regular expression with GNU's additions, as regcomp(3) takes it in the C locale with REG_EXTENDED and
/// REG_NOSUB: bytes, searched for anywhere in the text, the answer is yes or no. Without back references, which are refused.
///
/// It is a list of instructions (Thompson's automaton) whose states are followed side by side: a match costs at most the length
/// of the text times the size of the list, whatever the expression, and takes no stack. The size has a limit, as an
/// interval repeats what stands before it: "(x?x?){1000}" is 4000 instructions.
class RegularExpression {
 public:
  /// The error says what is wrong with the expression.
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
      byte,        ///< takes the byte `value`
      any,         ///< takes a byte
      set,         ///< takes a byte of the set of number `value`
      jump,        ///< goes on at `value`
      split,       ///< goes on at `value` and at the next one
      text_begin,  ///< these go on where the position is such a one
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

}  // namespace multipath
