#include "multipath/model/printable.h"

#include <algorithm>
#include <array>
#include <optional>

namespace multipath {
namespace {

/// A character of UTF-8: how many bytes, and which it is.
struct Character {
  std::size_t length = 0;
  char32_t code_point = 0;
};

struct Lead {
  unsigned char mask;
  unsigned char bits;
  std::size_t length;
  char32_t lowest;  ///< a smaller one would be an overlong form (RFC 3629 3)
};

constexpr std::array<Lead, 4> leads = {{
    {0x80, 0x00, 1, 0x0},
    {0xe0, 0xc0, 2, 0x80},
    {0xf0, 0xe0, 3, 0x800},
    {0xf8, 0xf0, 4, 0x10000},
}};

/// The character at the beginning of `bytes`; nothing when that is not UTF-8 (RFC 3629).
std::optional<Character> first_character(std::string_view bytes) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  for (const auto& lead : leads) {
    if ((byte(0) & lead.mask) != lead.bits) continue;
    if (bytes.size() < lead.length) return std::nullopt;
    auto code_point = static_cast<char32_t>(byte(0) & static_cast<unsigned char>(~lead.mask));
    for (std::size_t i = 1; i < lead.length; ++i) {
      if ((byte(i) & 0xc0U) != 0x80U) return std::nullopt;
      code_point = (code_point << 6U) | (byte(i) & 0x3fU);
    }
    const bool surrogate = code_point >= 0xd800 && code_point <= 0xdfff;
    if (code_point < lead.lowest || code_point > 0x10ffff || surrogate) return std::nullopt;
    return Character{.length = lead.length, .code_point = code_point};
  }
  return std::nullopt;
}

/// C0, DEL and C1: a terminal takes them for orders.
bool is_control(char32_t code_point) {
  return code_point < 0x20 || (code_point >= 0x7f && code_point <= 0x9f);
}

/// Line and paragraph separators, and what Unicode (UAX #9) uses to turn the direction of a text: with those, a name
/// looks like another one.
bool is_misleading(char32_t code_point) {
  return code_point == 0x061c || code_point == 0x200e || code_point == 0x200f ||
         (code_point >= 0x2028 && code_point <= 0x202e) ||
         (code_point >= 0x2066 && code_point <= 0x2069);
}

/// What most bytes are: decided without decoding.
bool is_plain(char c) { return c >= ' ' && c < '\x7f'; }

}  // namespace

std::size_t printable_length(std::string_view bytes) {
  std::size_t length = 0;
  while (length < bytes.size()) {
    if (is_plain(bytes[length])) {
      ++length;
      continue;
    }
    const auto character = first_character(bytes.substr(length));
    if (!character || is_control(character->code_point) || is_misleading(character->code_point))
      break;
    length += character->length;
  }
  return length;
}

bool is_printable(std::string_view bytes) { return printable_length(bytes) == bytes.size(); }

std::string printable(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  while (!bytes.empty()) {
    const std::size_t good = printable_length(bytes);
    text += bytes.substr(0, good);
    bytes.remove_prefix(good);
    if (bytes.empty()) break;
    const auto character = first_character(bytes);
    const std::size_t bad = character ? character->length : 1;
    text.append(bad, '.');
    bytes.remove_prefix(bad);
  }
  return text;
}

}  // namespace multipath
