#include "multipath/model/link_names.h"

#include <algorithm>
#include <array>

#include "multipath/model/ascii.h"
#include "multipath/model/holder_names.h"
#include "multipath/model/wwid.h"

namespace multipath {
namespace {

bool is_hex(std::string_view text) { return std::ranges::all_of(text, is_lower_hex_digit); }

/// A character that the WWID spells "\x20" is one "_", as in the links of the paths.
std::string safe_word(std::string_view wwid) {
  std::string result;
  for (std::size_t i = 0; i < wwid.size(); ++i) {
    result += is_wwid_character(wwid[i]) ? wwid[i] : '_';
    if (wwid.substr(i, 2) == "\\x" && i + 4 <= wwid.size() && is_hex(wwid.substr(i + 2, 2))) i += 3;
  }
  return result;
}

std::string type_of(std::string_view wwid) {
  constexpr std::array<std::string_view, 3> nvme{"eui.", "nvme.", "uuid."};
  if (std::ranges::any_of(nvme, [&](auto prefix) { return wwid.starts_with(prefix); }))
    return "nvme";
  return std::string_view("01238S").find(wwid.front()) != std::string_view::npos ? "scsi" : "";
}

/// SPC-5 7.7.6.6: 8 bytes, or 16 with the vendor's extension.
std::optional<std::string> wwn_of(std::string_view wwid) {
  const std::string_view naa = wwid.substr(1);
  if (wwid.front() != '3' || (naa.size() != 16 && naa.size() != 32) || !is_hex(naa))
    return std::nullopt;
  return "0x" + std::string(naa);
}

}  // namespace

std::optional<LinkNames> link_names_of(std::string_view dm_uuid) {
  const auto below = partitioned_uuid(dm_uuid);
  const std::string_view uuid = below.value_or(dm_uuid);
  if (!uuid.starts_with(map_uuid_prefix) || uuid.size() == map_uuid_prefix.size())
    return std::nullopt;
  const std::string_view wwid = uuid.substr(map_uuid_prefix.size());
  LinkNames names{type_of(wwid), safe_word(wwid), wwn_of(wwid), std::nullopt};
  if (below) {
    const std::size_t begin = dm_uuid.find_first_of("0123456789");
    names.partition = dm_uuid.substr(begin, dm_uuid.find('-') - begin);
  }
  return names;
}

}  // namespace multipath
