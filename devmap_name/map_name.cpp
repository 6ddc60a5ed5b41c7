#include "devmap_name/map_name.h"

#include <charconv>

namespace devmap_name {
namespace {

constexpr std::uint32_t largest_major = (1U << 12) - 1;
constexpr std::uint32_t largest_minor = (1U << 20) - 1;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_hexadecimal(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool stands_for_itself(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c != '\0' && std::string_view("#+-.:=@_").find(c) != std::string_view::npos);
}

bool is_escape(std::string_view text) {
  return text.size() >= 4 && text[0] == '\\' && text[1] == 'x' && is_hexadecimal(text[2]) &&
         is_hexadecimal(text[3]);
}

std::optional<std::uint32_t> parse_number(std::string_view text, std::uint32_t largest) {
  std::uint32_t number = 0;
  const char* end = text.data() + text.size();
  const auto [behind, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || behind != end || number > largest) return std::nullopt;
  return number;
}

}  // namespace

std::optional<DeviceNumber> parse_numbers(std::string_view major, std::string_view minor) {
  const auto parsed_major = parse_number(major, largest_major);
  const auto parsed_minor = parse_number(minor, largest_minor);
  if (!parsed_major || !parsed_minor) return std::nullopt;
  return DeviceNumber{.major = *parsed_major, .minor = *parsed_minor};
}

std::optional<DeviceNumber> parse_number_pair(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == text.npos) return std::nullopt;
  return parse_numbers(text.substr(0, colon), text.substr(colon + 1));
}

std::string one_word(std::string_view kernel_name) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string word;
  for (std::size_t i = 0; i < kernel_name.size(); ++i) {
    const char c = kernel_name[i];
    if (stands_for_itself(c) || is_escape(kernel_name.substr(i))) {
      word += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      word += {'\\', 'x', digits[byte >> 4], digits[byte & 0xf]};
    }
  }
  return word;
}

std::string printable(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c < ' ' || c > '~') c = '.';
  return result;
}

}  // namespace devmap_name
