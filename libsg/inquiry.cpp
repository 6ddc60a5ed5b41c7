#include "libsg/inquiry.h"

#include <fmt/format.h>

#include "libsg/text_field.h"

namespace scsi {

namespace {

constexpr std::size_t least_length = 36;

}  // namespace

tl::expected<StandardInquiry, Malformed> decode_standard_inquiry(ByteView data) {
  if (data.size() < least_length) {
    return tl::unexpected(Malformed{
        data.size(),
        fmt::format("INQUIRY data has {} bytes where {} are due", data.size(), least_length)});
  }
  StandardInquiry inquiry;
  inquiry.peripheral_qualifier = data[0] >> 5;
  inquiry.peripheral_type = data[0] & 0x1f;
  inquiry.removable = (data[1] & 0x80) != 0;
  inquiry.version = data[2];
  inquiry.tpgs = static_cast<Tpgs>(data[5] >> 4 & 0x3);
  inquiry.vendor = text_field(data.subspan(8, 8));
  inquiry.product = text_field(data.subspan(16, 16));
  inquiry.revision = text_field(data.subspan(32, 4));
  return inquiry;
}

}  // namespace scsi
