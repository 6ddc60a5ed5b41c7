#include "multipath/capture/escape.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace multipath {
namespace {

constexpr char digits[] = "0123456789abcdef";

enum class Blanks : bool { kept, escaped };

std::string escape(std::string_view bytes, Blanks blanks) {
  std::string text;
  text.reserve(bytes.size());
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\\') {
      text += "\\\\";
    } else if (c == '\n') {
      text += "\\n";
    } else if (c == '\t') {
      text += "\\t";
    } else if (byte < ' ' || byte >= 0x7f || (c == ' ' && blanks == Blanks::escaped)) {
      text += "\\x";
      text += digits[byte >> 4];
      text += digits[byte & 15];
    } else {
      text += c;
    }
  }
  return text;
}

}  // namespace

std::string escape_text(std::string_view bytes) { return escape(bytes, Blanks::kept); }

namespace {

constexpr auto plain_bytes = [] {
  std::array<bool, 256> plain{};
  for (std::size_t byte = ' ' + 1; byte < 0x7f; ++byte) plain[byte] = byte != '\\';
  return plain;
}();

}  // namespace

bool is_plain_word(std::string_view bytes) {
  // Without a way out in between, as most words are plain and this is asked of all of them.
  bool is_plain = !bytes.empty();
  for (const char c : bytes) is_plain &= plain_bytes[static_cast<unsigned char>(c)];
  return is_plain;
}

std::string escape_word(std::string_view bytes) {
  if (is_plain_word(bytes)) return std::string(bytes);
  return bytes.empty() ? "\\0" : escape(bytes, Blanks::escaped);
}

namespace {

constexpr unsigned no_digit = 16;

/// What a byte counts as a hexadecimal digit: a capture of many disks is full of escaped bytes.
constexpr auto digit_values = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(no_digit);
  for (std::uint8_t value = 0; value < no_digit; ++value) {
    const char digit = digits[value];
    values[static_cast<unsigned char>(digit)] = value;
    if (digit >= 'a') values[static_cast<unsigned char>(digit - 'a' + 'A')] = value;
  }
  return values;
}();

unsigned digit_in(char c) { return digit_values[static_cast<unsigned char>(c)]; }

/// Takes the escape whose backslash stands before `text`.
std::optional<char> take_escape(std::string_view& text) {
  if (text.empty()) return std::nullopt;
  const char kind = text.front();
  text.remove_prefix(1);
  switch (kind) {
    case '\\':
      return '\\';
    case 'n':
      return '\n';
    case 't':
      return '\t';
    case 'x':
      break;
    default:
      return std::nullopt;
  }
  if (text.size() < 2) return std::nullopt;
  const unsigned high = digit_in(text[0]), low = digit_in(text[1]);
  if (high == no_digit || low == no_digit) return std::nullopt;
  text.remove_prefix(2);
  return static_cast<char>(high << 4U | low);
}

/// Calls `take` with each run of bytes and each escape's byte; false where an escape is none.
template <class Take>
bool walk(std::string_view text, const Take& take) {
  while (true) {
    // Escapes often follow one another.
    const bool is_escape = text.starts_with('\\');
    const std::size_t plain = is_escape ? 0 : std::min(text.find('\\'), text.size());
    if (!is_escape) take(text.substr(0, plain));
    if (plain == text.size()) return true;
    text.remove_prefix(plain + 1);
    const auto byte = take_escape(text);
    if (!byte) return false;
    take(std::string_view(&*byte, 1));
  }
}

constexpr std::string_view empty_word = "\\0";

}  // namespace

bool is_escaped(std::string_view text) {
  return text == empty_word || walk(text, [](std::string_view) {});
}

std::optional<std::string> unescape(std::string_view text) {
  std::string bytes;
  if (text == empty_word) return bytes;
  bytes.reserve(text.size());
  if (!walk(text, [&](std::string_view part) { bytes += part; })) return std::nullopt;
  return bytes;
}

}  // namespace multipath
