#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace multipath {

/// Letters, digits and "#+.:=@_-": what identifiers of devices become WWIDs of, as udev and libdm name
/// devices with these alone (util_replace_chars(), DM_NAME_MANGLING).
bool is_wwid_character(char c);

/// The name that all paths of one logical unit share: a type digit ("3" NAA, "2" EUI-64, "1" T10
/// vendor id, "8" SCSI name string, "S" serial number) and the identifier. Never empty, at most 122
/// bytes (a dm uuid holds 128 bytes and the final NUL, "mpath-" included). It has none of a shell's
/// special characters: only is_wwid_character()'s, ',' (other tools take SCSI names whole, SPC-5 7.7.6.11:
/// "iqn.NAME,L,0xNUMBER"), and other bytes as "\xNN", as udev writes them in its properties.
class Wwid {
 public:
  static std::optional<Wwid> from_text(std::string_view text);

  const std::string& text() const { return text_; }
  auto operator<=>(const Wwid&) const = default;

 private:
  explicit Wwid(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

/// The kernel's name of a SCSI unit (sysfs device/wwid: drivers/scsi/scsi_lib.c, scsi_vpd_lun_id) as
/// the text of a WWID: "36001" for "naa.6001", "20012" for "eui.0012". Nothing for other names.
std::optional<std::string> wwid_text_of_kernel_name(std::string_view name);

/// Prefix of a map's dm uuid.
inline constexpr std::string_view map_uuid_prefix = "mpath-";
std::string map_uuid(const Wwid& wwid);
/// The WWID in "mpath-<WWID>"; nothing for any other uuid.
std::optional<Wwid> wwid_of_map_uuid(std::string_view uuid);

}  // namespace multipath
