#include "multipath/model/wwid.h"

#include "multipath/model/ascii.h"

namespace multipath {
namespace {

// include/uapi/linux/dm-ioctl.h: DM_UUID_LEN is 129, the final NUL included.
constexpr std::size_t longest_uuid = 128;
constexpr std::size_t longest_wwid = longest_uuid - map_uuid_prefix.size();

/// Whether `text` is made of a WWID's characters and of "\xNN".
bool is_wwid_text(std::string_view text) {
  while (!text.empty()) {
    std::size_t taken = 1;
    if (!is_wwid_character(text.front()) && text.front() != ',') {
      if (!text.starts_with("\\x") || text.size() < 4) return false;
      if (!is_hex_digit(text[2]) || !is_hex_digit(text[3])) return false;
      taken = 4;
    }
    text.remove_prefix(taken);
  }
  return true;
}

}  // namespace

bool is_wwid_character(char c) {
  return is_alphanumeric(c) || std::string_view("#+.:=@_-").find(c) != std::string_view::npos;
}

std::optional<Wwid> Wwid::from_text(std::string_view text) {
  if (text.empty() || text.size() > longest_wwid || !is_wwid_text(text)) return std::nullopt;
  return Wwid(std::string(text));
}

std::optional<std::string> wwid_text_of_kernel_name(std::string_view name) {
  constexpr std::size_t prefix_length = 4;
  const bool is_naa = name.starts_with("naa.");
  if (!is_naa && !name.starts_with("eui.")) return std::nullopt;
  return (is_naa ? "3" : "2") + std::string(name.substr(prefix_length));
}

std::string map_uuid(const Wwid& wwid) { return std::string(map_uuid_prefix) + wwid.text(); }

std::optional<Wwid> wwid_of_map_uuid(std::string_view uuid) {
  if (!uuid.starts_with(map_uuid_prefix)) return std::nullopt;
  return Wwid::from_text(uuid.substr(map_uuid_prefix.size()));
}

}  // namespace multipath
