#include "multipath/config/pattern.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>
#include <regex.h>

namespace multipath {
namespace {

constexpr std::string_view special = ".[]()*+?{}|\\^$";

/// By how much the intervals "{m,n}" of an expression multiply it, as if all were nested.
std::uint64_t repetition(std::string_view expression, std::uint64_t limit) {
  std::uint64_t product = 1;
  for (std::size_t at = 0; at < expression.size() && product <= limit; ++at) {
    if (expression[at] != '{') continue;
    std::uint64_t most = 1;
    const char* end = expression.data() + expression.size();
    for (const char* digit = expression.data() + at + 1; digit < end;) {
      std::uint64_t bound = 0;
      const auto [behind, error] = std::from_chars(digit, end, bound);
      if (error == std::errc::result_out_of_range) return limit + 1;
      if (error == std::errc{}) most = std::max(most, bound);
      if (behind == end || *behind != ',') break;
      digit = behind + 1;
    }
    if (most > limit) return limit + 1;
    product *= most;
  }
  return product;
}

}  // namespace

struct Pattern::Compiled {
  regex_t expression{};
  bool is_compiled = false;
  Compiled() = default;
  Compiled(const Compiled&) = delete;
  Compiled& operator=(const Compiled&) = delete;
  ~Compiled() {
    if (is_compiled) regfree(&expression);
  }
};

bool Pattern::Literals::match(std::string_view text) const {
  return std::ranges::any_of(texts, [&](const std::string& literal) {
    if (at_begin && at_end) return text == literal;
    if (at_begin) return text.starts_with(literal);
    if (at_end) return text.ends_with(literal);
    return text.find(literal) != std::string_view::npos;
  });
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
  if (repetition(expression, most_repeated) > most_repeated) {
    return tl::unexpected(
        fmt::format("its intervals multiply to more than {} repetitions", most_repeated));
  }
  Pattern pattern;
  pattern.expression_ = expression;
  if (parse_literals(expression, pattern.literals_)) return pattern;
  auto compiled = std::make_shared<Compiled>();
  const int error =
      regcomp(&compiled->expression, pattern.expression_.c_str(), REG_EXTENDED | REG_NOSUB);
  if (error != 0) {
    std::array<char, 200> message{};
    regerror(error, &compiled->expression, message.data(), message.size());
    return tl::unexpected(std::string(message.data()));
  }
  compiled->is_compiled = true;
  pattern.compiled_ = std::move(compiled);
  return pattern;
}

bool Pattern::matches(std::string_view text) const {
  if (!compiled_) return literals_.match(text);
  return regexec(&compiled_->expression, std::string(text).c_str(), 0, nullptr, 0) == 0;
}

}  // namespace multipath
