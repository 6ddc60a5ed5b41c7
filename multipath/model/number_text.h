#pragma once

#include <charconv>
#include <concepts>
#include <optional>
#include <string_view>

namespace multipath {

/// A number and nothing else: no sign, no blank, no prefix, no overflow of T.
template <std::unsigned_integral T>
std::optional<T> parse_number(std::string_view text, int base = 10) {
  T value = 0;
  const char* end = text.data() + text.size();
  const auto [behind, error] = std::from_chars(text.data(), end, value, base);
  if (error != std::errc{} || behind != end || text.empty()) return std::nullopt;
  return value;
}

}  // namespace multipath
