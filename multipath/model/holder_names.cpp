#include "multipath/model/holder_names.h"

#include <algorithm>
#include <array>
#include <vector>

#include "multipath/model/ascii.h"

namespace multipath {
namespace {

constexpr std::string_view lvm_prefix = "LVM-";
constexpr std::size_t lvm_id_length = 32;

}  // namespace

std::optional<LvmName> parse_lvm_name(std::string_view name) {
  std::vector<std::string> parts(1);
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] != '-' || parts.size() == 3) {
      parts.back() += name[i];
    } else if (i + 1 < name.size() && name[i + 1] == '-') {
      parts.back() += '-';
      ++i;
    } else {
      parts.emplace_back();
    }
  }
  if (parts.size() < 2 || parts[0].empty() || parts[1].empty()) return std::nullopt;
  parts.resize(3);
  return LvmName{.group = parts[0], .volume = parts[1], .layer = parts[2]};
}

std::optional<std::string_view> lvm_group_id(std::string_view dm_uuid) {
  const auto length = lvm_prefix.size() + lvm_id_length;
  if (!dm_uuid.starts_with(lvm_prefix) || dm_uuid.size() < length) return std::nullopt;
  return dm_uuid.substr(0, length);
}

bool is_hidden_volume(const LvmName& name) {
  constexpr std::array<std::string_view, 14> endings{
      "_rimage", "_rmeta", "_tdata",   "_tmeta", "_cdata", "_cmeta", "_corig",
      "_mimage", "_mlog",  "_pmspare", "_vdata", "_cvol",  "_cpool", "_imeta"};
  if (!name.layer.empty()) return true;
  std::string_view volume = name.volume;
  const auto digits = volume.find_last_not_of("0123456789");
  if (digits != std::string_view::npos && digits + 1 < volume.size() && volume[digits] == '_')
    volume = volume.substr(0, digits);
  return std::ranges::any_of(endings,
                             [&](std::string_view ending) { return volume.ends_with(ending); });
}

std::optional<std::string_view> partitioned_uuid(std::string_view dm_uuid) {
  constexpr std::string_view prefix = "part";
  if (!dm_uuid.starts_with(prefix)) return std::nullopt;
  const auto digits_end =
      std::min(dm_uuid.find_first_not_of("0123456789", prefix.size()), dm_uuid.size());
  if (digits_end == prefix.size() || digits_end == dm_uuid.size() || dm_uuid[digits_end] != '-')
    return std::nullopt;
  return dm_uuid.substr(digits_end + 1);
}

std::string unescape_octal(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 3 < text.size() && text[i + 1] <= '3' &&
        is_octal_digit(text[i + 1]) && is_octal_digit(text[i + 2]) && is_octal_digit(text[i + 3])) {
      result += static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 +
                                  (text[i + 3] - '0'));
      i += 3;
    } else {
      result += text[i];
    }
  }
  return result;
}

bool is_kname(std::string_view text) {
  constexpr std::size_t longest = 64;
  return !text.empty() && text.size() <= longest && text.front() != '.' &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f && c != '/'; });
}

}  // namespace multipath
