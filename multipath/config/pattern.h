#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "multipath/config/regular_expression.h"

namespace multipath {

/// A POSIX extended regular expression (regex(7)), matched anywhere in a text, as multipath.conf
/// has them, see RegularExpression. One that is only literal text, or a choice of literal texts, costs no more than a
/// search for them.
class Pattern {
 public:
  /// The error says what is wrong with the expression, or that it is longer than `longest`, has a NUL byte, or is larger than
  /// RegularExpression::largest.
  static tl::expected<Pattern, std::string> compile(std::string_view expression);
  static constexpr std::size_t longest = 1024;

  bool matches(std::string_view text) const;
  const std::string& expression() const { return expression_; }
  /// What a match costs at most for each byte of the text: the instructions of the automaton; 1 for literal text.
  std::size_t size() const { return compiled_ ? compiled_->size() : 1; }
  /// The least bytes of a text without blanks at its end that matches, as far as it is known: 0 for what is not literal text.
  std::size_t shortest_match() const;

 private:
  /// "^(A|B)$" without its signs: any of the texts, at begin and end where said.
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

}  // namespace multipath
