#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace multipath {

/// A POSIX extended regular expression (regex(7)), matched anywhere in a text, as multipath.conf
/// has them.
class Pattern {
 public:
  /// The error is regcomp's text.
  static tl::expected<Pattern, std::string> compile(std::string_view expression);

  bool matches(const std::string& text) const;
  const std::string& expression() const { return expression_; }

 private:
  struct Compiled;
  Pattern(std::string expression, std::shared_ptr<const Compiled> compiled);
  std::string expression_;
  std::shared_ptr<const Compiled> compiled_;
};

}  // namespace multipath
