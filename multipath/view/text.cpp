#include "multipath/view/text.h"

#include <array>
#include <optional>

#include <fmt/format.h>

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

}  // namespace

std::string printable(std::string_view bytes) {
  std::string text;
  while (!bytes.empty()) {
    const auto character = first_character(bytes);
    const auto length = character ? character->length : 1;
    if (character && !is_control(character->code_point))
      text += bytes.substr(0, length);
    else
      text.append(length, '.');
    bytes.remove_prefix(length);
  }
  return text;
}

std::string size_text(std::uint64_t sectors) {
  constexpr std::string_view units = "KMGTP";
  const std::uint64_t kibibytes = sectors / 2;
  auto size = static_cast<float>(kibibytes);  // the packaged tool's numbers are floats, too
  std::size_t unit = 0;
  for (; size >= 1024 && unit + 1 < units.size(); ++unit) size /= 1024;
  return size < 10 ? fmt::format("{:.1f}{}", size, units[unit])
                   : fmt::format("{:.0f}{}", size, units[unit]);
}

}  // namespace multipath
