#pragma once

namespace multipath {

// Characters of kernel names, WWIDs and configuration files: ASCII, whatever the locale is.

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_octal_digit(char c) { return c >= '0' && c <= '7'; }
constexpr bool is_lower_hex_digit(char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }
constexpr bool is_hex_digit(char c) { return is_lower_hex_digit(c) || (c >= 'A' && c <= 'F'); }
constexpr bool is_small_letter(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool is_letter(char c) { return is_small_letter(c) || (c >= 'A' && c <= 'Z'); }
constexpr bool is_alphanumeric(char c) { return is_letter(c) || is_digit(c); }

}  // namespace multipath
