#include "libsg/vendor_ontap.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "libsg/vendor_page.h"

namespace scsi {

namespace {

constexpr std::uint8_t vendor_attributes_code = 0xc0;
constexpr std::size_t header_length = 8;
constexpr std::size_t driver_name = 12;

struct DriverName {
  std::string_view name;
  OntapProtocol protocol;
};
constexpr std::array<DriverName, 3> driver_names{{
    {"ism_sw", OntapProtocol::iscsi_software},
    {"iswt", OntapProtocol::iscsi_software},
    {"ism_sn", OntapProtocol::iscsi_hardware},
}};

template <std::size_t size>
bool has_at(ByteView bytes, std::size_t offset, const std::array<std::uint8_t, size>& expected) {
  return bytes.size() >= offset + size &&
         std::equal(expected.begin(), expected.end(), bytes.begin() + static_cast<long>(offset));
}

bool names(ByteView bytes, std::string_view name) {
  return bytes.size() >= name.size() && std::equal(name.begin(), name.end(), bytes.begin());
}

}  // namespace

Command ontap_vendor_attributes(std::uint8_t page, std::size_t allocation_length,
                                std::chrono::milliseconds timeout) {
  const std::size_t length = std::min<std::size_t>(allocation_length, 0xff);
  return {.cdb = {vendor_attributes_code, 0, 0x01, 0x0a, 0x98, 0x0a, page,
                  static_cast<std::uint8_t>(length), 0, 0},
          .allocation_length = length,
          .timeout = timeout};
}

tl::expected<OntapProtocol, Malformed> decode_ontap_protocol(ByteView data) {
  if (data.size() < header_length) {
    return tl::unexpected(Malformed{
        data.size(), fmt::format("vendor attributes have {} bytes, less than their header of {}",
                                 data.size(), header_length)});
  }
  if (!has_at(data, 4, std::array<std::uint8_t, 4>{0x0a, 0x98, 0x0a, 0x01})) {
    return tl::unexpected(Malformed{4, "vendor attributes are not those of a NetApp filer"});
  }
  if (data.size() <= driver_name || data[8] != ontap_protocol_page) return OntapProtocol::other;
  const ByteView name = data.subspan(driver_name);
  const auto* found =
      std::ranges::find_if(driver_names, [&](const auto& n) { return names(name, n.name); });
  return found == driver_names.end() ? OntapProtocol::other : found->protocol;
}

tl::expected<OntapProxy, Malformed> decode_ontap_proxy(ByteView page) {
  constexpr std::size_t needed_length = 20;
  const auto whole = whole_vendor_page(page, ontap_proxy_page, needed_length, "proxy page");
  if (!whole) return tl::unexpected(whole.error());
  if (!has_at(*whole, 8, std::array<std::uint8_t, 6>{0x0a, 0x98, 0x0a, 0x00, 0xc1, 0x00})) {
    return tl::unexpected(Malformed{8, "proxy page is not that of a NetApp filer"});
  }
  return ((*whole)[19] & 0x02) != 0 ? OntapProxy::yes : OntapProxy::no;
}

}  // namespace scsi
