#pragma once

#include <charconv>
#include <concepts>
#include <optional>
#include <string_view>

namespace multipath {

/// The whole text as a number. Nothing when it has a blank, a '+', a prefix ("0x") or anything else
/// that is not of the number, when T cannot hold it, or when it is empty. A '-' only where T is
/// signed.
template <std::integral T>
std::optional<T> parse_number(std::string_view text, int base = 10) {
  T value = 0;
  const char* end = text.data() + text.size();
  const auto [behind, error] = std::from_chars(text.data(), end, value, base);
  if (error != std::errc{} || behind != end || text.empty()) return std::nullopt;
  return value;
}

/// The same of a decimal fraction ("1.5", "1e3"). May be infinite or not a number: compare it with
/// limits.
template <std::floating_point T>
std::optional<T> parse_number(std::string_view text) {
  T value = 0;
  const char* end = text.data() + text.size();
  const auto [behind, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || behind != end || text.empty()) return std::nullopt;
  return value;
}

}  // namespace multipath
