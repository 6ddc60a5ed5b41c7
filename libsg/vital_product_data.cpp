#include "libsg/vital_product_data.h"

#include <fmt/format.h>

#include "libsg/bytes.h"
#include "libsg/text_field.h"

namespace scsi {

namespace {

constexpr std::size_t header_length = 4;

/// The bytes after the header of a page that must be complete to its announced end.
tl::expected<ByteView, Malformed> whole_body(ByteView page, VpdPage code) {
  const auto announced = announced_length(page);
  if (!announced) return tl::unexpected(announced.error());
  const auto wanted = static_cast<std::uint8_t>(code);
  if (page[1] != wanted) {
    return tl::unexpected(
        Malformed{1, fmt::format("page code is 0x{:02x}, not 0x{:02x}", page[1], wanted)});
  }
  if (page.size() < *announced) {
    return tl::unexpected(Malformed{
        page.size(),
        fmt::format("page announces {} bytes but ends after {}", *announced, page.size())});
  }
  return page.subspan(header_length, *announced - header_length);
}

}  // namespace

tl::expected<std::size_t, Malformed> announced_length(ByteView page) {
  if (page.size() < header_length) {
    return tl::unexpected(Malformed{
        page.size(),
        fmt::format("page has {} bytes, less than its header of {}", page.size(), header_length)});
  }
  return header_length + big_endian_16(page, 2);
}

tl::expected<std::vector<std::uint8_t>, Malformed> decode_supported_pages(ByteView page) {
  return whole_body(page, VpdPage::supported_pages).map([](ByteView body) {
    return std::vector<std::uint8_t>(body.begin(), body.end());
  });
}

tl::expected<std::string, Malformed> decode_unit_serial_number(ByteView page) {
  return whole_body(page, VpdPage::unit_serial_number).map(trimmed_text_field);
}

}  // namespace scsi
