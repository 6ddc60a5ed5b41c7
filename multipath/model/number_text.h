#pragma once

#include <charconv>
#include <concepts>
#include <optional>
#include <string_view>

namespace multipath {

/// A decimal number and nothing else: no sign, no blank, no overflow of T.
template <std::unsigned_integral T>
std::optional<T> parse_number(std::string_view text) {
  T value = 0;
  const char* end = text.data() + text.size();
  const auto [behind, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || behind != end || text.empty()) return std::nullopt;
  return value;
}

}  // namespace multipath
