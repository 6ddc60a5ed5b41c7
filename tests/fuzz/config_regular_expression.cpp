#include <regex.h>

#include "multipath/config/pattern.h"
#include "tests/fuzz/property.h"

/// An expression up to the first newline, then a text: no crash, limits, and the C library's
/// answer.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace multipath;
  const std::string input(reinterpret_cast<const char*>(data), size);
  const std::size_t end = std::min(input.find('\n'), input.size());
  const std::string expression = input.substr(0, end);
  const std::string text = end < size ? input.substr(end + 1) : "";
  const auto own = RegularExpression::compile(expression);
  if (own) {
    tests::require(own->size() <= RegularExpression::largest);
    own->matches(text);
  }
  // The C library has no limits: compare small inputs only.
  constexpr std::size_t longest = 40;
  const bool is_small = expression.size() <= longest && text.size() <= longest;
  const bool has_reference = expression.find('\\') != std::string::npos;
  if (!is_small || has_reference ||
      expression.find_first_of(std::string("{\0", 2)) != std::string::npos ||
      text.find('\0') != std::string::npos)
    return 0;
  regex_t library{};
  const bool is_right = regcomp(&library, expression.c_str(), REG_EXTENDED | REG_NOSUB) == 0;
  tests::require(is_right == own.has_value());
  if (!is_right) return 0;
  tests::require(own->matches(text) == (regexec(&library, text.c_str(), 0, nullptr, 0) == 0));
  regfree(&library);
  return 0;
}
