#include "multipath/model/map_name.h"

#include "multipath/model/ascii.h"

namespace multipath {
namespace {

constexpr std::size_t longest_name = 127, sequence_length = 4;

bool is_plain(char c) {
  return is_alphanumeric(c) || std::string_view("#+-.:=@_").find(c) != std::string_view::npos;
}

bool begins_with_sequence(std::string_view text) {
  return text.size() >= sequence_length && text.starts_with("\\x") && is_hex_digit(text[2]) &&
         is_hex_digit(text[3]);
}

/// What a name is made of, but for plain characters.
struct Parts {
  bool sequences = false;  ///< "\xNN"
  bool others = false;
};
Parts parts_of(std::string_view name) {
  Parts parts;
  while (!name.empty()) {
    const bool sequence = begins_with_sequence(name);
    parts.sequences = parts.sequences || sequence;
    parts.others = parts.others || (!sequence && !is_plain(name.front()));
    name.remove_prefix(sequence ? sequence_length : 1);
  }
  return parts;
}

}  // namespace

std::string mangled_name(std::string_view name) {
  if (parts_of(name).sequences) return std::string(name);
  constexpr std::string_view digits = "0123456789abcdef";
  std::string result;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_plain(c)) {
      result += c;
    } else {
      result += "\\x";
      result += digits[byte >> 4U];
      result += digits[byte & 15U];
    }
  }
  return result;
}

bool is_same_name(std::string_view left, std::string_view right) {
  return left == right || mangled_name(left) == mangled_name(right);
}

std::optional<std::string> reason_no_map_name(std::string_view name) {
  if (name.empty()) return "is empty";
  if (name == "control") return "is the name of the control node of device-mapper";
  if (name == "." || name == "..") return "is a directory entry of every directory";
  if (name.find('/') != std::string_view::npos) return "contains a slash";
  if (name.find('\0') != std::string_view::npos) return "contains a NUL byte";
  const Parts parts = parts_of(name);
  if (parts.sequences && parts.others)
    return "mixes sequences \\xNN with characters that would become such a sequence";
  if (mangled_name(name).size() > longest_name)
    return "is longer than 127 bytes, the limit of device-mapper; each character except "
           "[A-Za-z0-9#+-.:=@_] counts as 4";
  return std::nullopt;
}

}  // namespace multipath
