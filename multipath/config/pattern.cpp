#include "multipath/config/pattern.h"

#include <algorithm>

#include <fmt/format.h>

namespace multipath {
namespace {

constexpr std::string_view special = ".[]()*+?{}|\\^$";

}  // namespace

bool Pattern::Literals::match(std::string_view text) const {
  return std::ranges::any_of(texts, [&](const std::string& literal) {
    if (at_begin && at_end) return text == literal;
    if (at_begin) return text.starts_with(literal);
    if (at_end) return text.ends_with(literal);
    return text.find(literal) != std::string_view::npos;
  });
}

std::size_t Pattern::shortest_match() const {
  if (compiled_) return 0;
  std::size_t shortest = std::string::npos;
  for (const std::string& text : literals_.texts) {
    const bool ends_with_blank = text.ends_with(' ');
    if (ends_with_blank && literals_.at_end) continue;
    shortest = std::min(shortest, text.size() + (ends_with_blank ? 1 : 0));
  }
  return shortest;
}

bool Pattern::parse_literals(std::string_view expression, Literals& literals) {
  if (expression == ".*") expression = "";
  if (expression.starts_with('^')) {
    literals.at_begin = true;
    expression.remove_prefix(1);
  }
  if (expression.ends_with('$')) {
    literals.at_end = true;
    expression.remove_suffix(1);
  }
  const bool is_choice = expression.starts_with('(') && expression.ends_with(')');
  if (is_choice) expression = expression.substr(1, expression.size() - 2);
  std::string_view rest = expression;
  while (true) {
    const std::size_t end = is_choice ? std::min(rest.find('|'), rest.size()) : rest.size();
    const std::string_view literal = rest.substr(0, end);
    if (literal.find_first_of(special) != std::string_view::npos) return false;
    if (is_choice && literal.empty()) return false;
    literals.texts.emplace_back(literal);
    if (end == rest.size()) return true;
    rest.remove_prefix(end + 1);
  }
}

tl::expected<Pattern, std::string> Pattern::compile(std::string_view expression) {
  if (expression.size() > longest) return tl::unexpected(fmt::format("longer than {}", longest));
  if (expression.find('\0') != std::string_view::npos)
    return tl::unexpected(std::string("it has a NUL byte"));
  Pattern pattern;
  pattern.expression_ = expression;
  if (parse_literals(expression, pattern.literals_)) return pattern;
  auto compiled = RegularExpression::compile(expression);
  if (!compiled) return tl::unexpected(std::move(compiled.error()));
  pattern.compiled_ = std::make_shared<const RegularExpression>(std::move(*compiled));
  return pattern;
}

bool Pattern::matches(std::string_view text) const {
  if (!compiled_) return literals_.match(text);
  return compiled_->matches(text);
}

}  // namespace multipath
