#include "libsg/vendor_page.h"

#include <fmt/format.h>

#include "libsg/vital_product_data.h"

namespace scsi {

tl::expected<ByteView, Malformed> whole_vendor_page(ByteView page, std::uint8_t code,
                                                    std::size_t needed, std::string_view name) {
  const auto announced = announced_length(page);
  if (!announced) return tl::unexpected(announced.error());
  if (page[1] != code) {
    return tl::unexpected(Malformed{
        1, fmt::format("page code is 0x{:02x}, not 0x{:02x} of a {}", page[1], code, name)});
  }
  if (page.size() < *announced) {
    return tl::unexpected(Malformed{
        page.size(),
        fmt::format("{} announces {} bytes but ends after {}", name, *announced, page.size())});
  }
  if (*announced < needed) {
    return tl::unexpected(Malformed{
        *announced, fmt::format("{} has {} bytes, less than {}", name, *announced, needed)});
  }
  return page.first(*announced);
}

}  // namespace scsi
