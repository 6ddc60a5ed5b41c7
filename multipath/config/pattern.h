#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

namespace multipath {

/// A POSIX extended regular expression (regex(7)), matched anywhere in a text, as multipath.conf
/// has them. One that is only literal text, or a choice of literal texts, costs no more than a
/// search for them.
class Pattern {
 public:
  /// The error is regcomp's text, or why an expression is not given to it: it may not be longer
  /// than `longest`, and may not multiply itself by more than `most_repeated` (regcomp would take
  /// all memory).
  static tl::expected<Pattern, std::string> compile(std::string_view expression);
  static constexpr std::size_t longest = 1024;
  static constexpr unsigned most_repeated = 1000;

  bool matches(std::string_view text) const;
  const std::string& expression() const { return expression_; }

 private:
  struct Compiled;
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
  std::shared_ptr<const Compiled> compiled_;  ///< nothing when the literals say it all
};

}  // namespace multipath
