#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace multipath {

/// The name that all paths of one logical unit share: a type digit ("3" NAA, "2" EUI-64, "1" T10
/// vendor id, "8" SCSI name string, "S" serial number) and the identifier. Never empty, at most 122
/// bytes (a dm uuid holds 128 bytes and the final NUL, "mpath-" included), only printable ASCII
/// without blanks, quotes, '/' and '\'. T10 identifiers with other bytes carry them as "\xNN", as
/// udev does, thus '\' only in that form.
class Wwid {
 public:
  static std::optional<Wwid> from_text(std::string_view text);

  const std::string& text() const { return text_; }
  auto operator<=>(const Wwid&) const = default;

 private:
  explicit Wwid(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

/// Prefix of a map's dm uuid.
inline constexpr std::string_view map_uuid_prefix = "mpath-";
std::string map_uuid(const Wwid& wwid);
/// The WWID in "mpath-<WWID>"; nothing for any other uuid.
std::optional<Wwid> wwid_of_map_uuid(std::string_view uuid);

}  // namespace multipath
