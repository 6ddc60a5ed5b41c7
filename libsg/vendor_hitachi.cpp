#include "libsg/vendor_hitachi.h"

#include <string_view>

#include <fmt/format.h>

namespace scsi {

namespace {

constexpr std::size_t last_digit_of_device = 47;
constexpr std::size_t controller_digit = 49;

tl::expected<HitachiInquiry::Parity, Malformed> parity_at(ByteView data, std::size_t offset,
                                                          std::string_view digits) {
  const std::size_t value = digits.find(static_cast<char>(data[offset]));
  if (value == std::string_view::npos) {
    return tl::unexpected(Malformed{
        offset,
        fmt::format("byte {} of the INQUIRY data is 0x{:02x}, not a digit", offset, data[offset])});
  }
  return value % 2 == 0 ? HitachiInquiry::Parity::even : HitachiInquiry::Parity::odd;
}

}  // namespace

tl::expected<HitachiInquiry, Malformed> decode_hitachi_inquiry(ByteView data) {
  if (data.size() <= controller_digit) {
    return tl::unexpected(
        Malformed{data.size(), fmt::format("INQUIRY data ends after {} bytes, before the number of "
                                           "the controller in byte {}",
                                           data.size(), controller_digit)});
  }
  const auto controller = parity_at(data, controller_digit, "0123456789");
  if (!controller) return tl::unexpected(controller.error());
  const auto device = parity_at(data, last_digit_of_device, "0123456789ABCDEF");
  if (!device) return tl::unexpected(device.error());
  return HitachiInquiry{.device = *device, .controller = *controller};
}

}  // namespace scsi
