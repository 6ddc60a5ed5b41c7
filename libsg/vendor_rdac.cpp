#include "libsg/vendor_rdac.h"

#include <algorithm>
#include <string_view>

#include "libsg/vendor_page.h"

namespace scsi {

namespace {

constexpr std::size_t needed_length = 14;
constexpr std::size_t identifier = 4;

bool starts_with(ByteView bytes, std::string_view text) {
  return bytes.size() >= text.size() && std::equal(text.begin(), text.end(), bytes.begin());
}

AccessState state_of(std::uint8_t byte) { return static_cast<AccessState>(byte & 0x0f); }

VolumeAccess::PathPreference preference_of(std::uint8_t byte) {
  using Preference = VolumeAccess::PathPreference;
  const auto preference = static_cast<Preference>(byte & 0x0f);
  const bool known = preference == Preference::preferred || preference == Preference::secondary;
  return known ? preference : Preference::unknown;
}

}  // namespace

tl::expected<VolumeAccess, Malformed> decode_volume_access(ByteView page) {
  const auto whole =
      whole_vendor_page(page, volume_access_page, needed_length, "volume access page");
  if (!whole) return tl::unexpected(whole.error());
  const ByteView bytes = *whole;
  if (!starts_with(bytes.subspan(identifier), "vac")) {
    return tl::unexpected(Malformed{identifier, "volume access page does not begin with 'vac'"});
  }
  VolumeAccess access;
  access.connected = bytes[0] == 0;
  access.owned = (bytes[8] & 0x01) != 0;
  access.io_shipping = (bytes[8] & 0x20) != 0;
  access.preference = preference_of(bytes[9]);
  if ((bytes[8] & 0x10) != 0) {
    access.groups = {
        .state = state_of(bytes[10]), .detail = bytes[11], .other_state = state_of(bytes[12])};
  }
  return access;
}

bool is_vac1(ByteView page) {
  return page.size() > identifier && page[1] == volume_access_page &&
         starts_with(page.subspan(identifier), "vac1");
}

Answer<VolumeAccess> ask_volume_access(LogicalUnit& unit, std::chrono::milliseconds timeout) {
  return ask_vpd_page(unit, volume_access_page, timeout, decode_volume_access);
}

}  // namespace scsi
