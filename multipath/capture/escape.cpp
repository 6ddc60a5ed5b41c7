#include "multipath/capture/escape.h"

#include <algorithm>
#include <charconv>

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

bool is_plain_word(std::string_view bytes) {
  return !bytes.empty() &&
         std::ranges::all_of(bytes, [](char c) { return c > ' ' && c < 0x7f && c != '\\'; });
}

std::string escape_word(std::string_view bytes) {
  if (is_plain_word(bytes)) return std::string(bytes);
  return bytes.empty() ? "\\0" : escape(bytes, Blanks::escaped);
}

std::optional<std::string> unescape(std::string_view text) {
  std::string bytes;
  bytes.reserve(text.size());
  if (text == "\\0") return bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      bytes += text[i];
      continue;
    }
    if (++i == text.size()) return std::nullopt;
    switch (text[i]) {
      case '\\':
        bytes += '\\';
        break;
      case 'n':
        bytes += '\n';
        break;
      case 't':
        bytes += '\t';
        break;
      case 'x': {
        unsigned byte = 0;
        const std::string_view hex = text.substr(i + 1, 2);
        const auto [behind, error] = std::from_chars(hex.data(), hex.data() + hex.size(), byte, 16);
        if (hex.size() != 2 || error != std::errc{} || behind != hex.data() + hex.size())
          return std::nullopt;
        bytes += static_cast<char>(byte);
        i += 2;
        break;
      }
      default:
        return std::nullopt;
    }
  }
  return bytes;
}

}  // namespace multipath
