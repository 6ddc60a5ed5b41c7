#include "multipath/config/pattern.h"

#include <array>

#include <regex.h>

namespace multipath {

struct Pattern::Compiled {
  regex_t expression{};
  Compiled() = default;
  Compiled(const Compiled&) = delete;
  Compiled& operator=(const Compiled&) = delete;
  ~Compiled() { regfree(&expression); }
};

Pattern::Pattern(std::string expression, std::shared_ptr<const Compiled> compiled)
    : expression_(std::move(expression)), compiled_(std::move(compiled)) {}

tl::expected<Pattern, std::string> Pattern::compile(std::string_view expression) {
  std::string text(expression);
  auto compiled = std::make_shared<Compiled>();
  const int error = regcomp(&compiled->expression, text.c_str(), REG_EXTENDED | REG_NOSUB);
  if (error != 0) {
    std::array<char, 200> message{};
    regerror(error, &compiled->expression, message.data(), message.size());
    return tl::unexpected(std::string(message.data()));
  }
  return Pattern(std::move(text), std::move(compiled));
}

bool Pattern::matches(const std::string& text) const {
  return regexec(&compiled_->expression, text.c_str(), 0, nullptr, 0) == 0;
}

}  // namespace multipath
