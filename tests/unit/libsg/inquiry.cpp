#include "libsg/inquiry.h"

#include <doctest/doctest.h>

#include "tests/support/scsi_bytes.h"

using scsi::decode_standard_inquiry;
using tests::ByteVector;
using tests::ByteView;

namespace {

scsi::StandardInquiry array_controller() {
  return {.peripheral_qualifier = 1,
          .peripheral_type = 0x14,
          .removable = true,
          .version = 6,
          .tpgs = scsi::Tpgs::explicit_,
          .vendor = "IBM",
          .product = "2107900",
          .revision = "1060"};
}

}  // namespace

TEST_CASE("standard INQUIRY data decodes to what was encoded") {
  for (const auto tpgs : {scsi::Tpgs::none, scsi::Tpgs::implicit, scsi::Tpgs::explicit_,
                          scsi::Tpgs::implicit_and_explicit}) {
    auto inquiry = array_controller();
    inquiry.tpgs = tpgs;
    CHECK(decode_standard_inquiry(tests::encode(inquiry)) == inquiry);
  }
}

TEST_CASE("standard INQUIRY data of any length below 36 is malformed at its end") {
  const ByteVector data = tests::encode(array_controller());
  for (std::size_t length = 0; length < data.size(); ++length) {
    const auto decoded = decode_standard_inquiry(ByteView(data).first(length));
    REQUIRE_FALSE(decoded);
    CHECK(decoded.error().offset == length);
  }
}

TEST_CASE("INQUIRY data after byte 36 changes nothing") {
  const ByteVector data = tests::encode(array_controller());
  CHECK(decode_standard_inquiry(tests::concat(data, ByteVector(60, 0xff))) == array_controller());
}

TEST_CASE("trailing blanks and NULs of INQUIRY strings are cut") {
  auto data = tests::inquiry_data(" A B", "x\ty", "");
  data[12] = 0;
  data[13] = ' ';
  const auto inquiry = decode_standard_inquiry(data).value();
  CHECK(inquiry.vendor == " A B");
  CHECK(inquiry.product == "x\ty");
  CHECK(inquiry.revision.empty());
}

TEST_CASE("INQUIRY strings keep unprintable bytes") {
  auto data = tests::inquiry_data("", "", "");
  data[8] = 0x00;
  data[9] = 0xff;
  CHECK(decode_standard_inquiry(data)->vendor == std::string("\0\xff", 2));
}

TEST_CASE("a small ADDITIONAL LENGTH does not hide the strings") {
  auto data = tests::inquiry_data("VENDOR", "PRODUCT", "1.0");
  data[4] = 0;
  CHECK(decode_standard_inquiry(data)->product == "PRODUCT");
}
