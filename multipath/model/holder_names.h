#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace multipath {

/// A map's name as LVM makes it, taken apart: "vg--a-lv--b-real" is vg-a, lv-b, real.
/// Grammar:  name = vg "-" lv ["-" layer];  a "-" within vg or lv is doubled.
struct LvmName {
  std::string group;
  std::string volume;
  std::string layer;

  auto operator<=>(const LvmName&) const = default;
};
/// Nothing for a name without a single "-".
std::optional<LvmName> parse_lvm_name(std::string_view name);

/// "LVM-" and the 32 characters of the VG's uuid, which all maps of a VG have in common. Nothing
/// for the uuid of anything else.
std::optional<std::string_view> lvm_group_id(std::string_view dm_uuid);

/// Is the volume one that LVM keeps for itself below others ("data_rimage_0", "pool_tmeta")?
bool is_hidden_volume(const LvmName& name);

/// The uuid that a partition map's own one is made of: "mpath-36..." of "part2-mpath-36...".
/// Nothing when it is none.
std::optional<std::string_view> partitioned_uuid(std::string_view dm_uuid);

/// Octal escapes of /proc/mounts, /proc/swaps and mountinfo ("\040"), undone. Whatever is no such
/// escape stays.
std::string unescape_octal(std::string_view text);

/// Can this be a kernel's name of a block device: one part of a path, printable, at most 64 bytes?
bool is_kname(std::string_view text);

}  // namespace multipath
