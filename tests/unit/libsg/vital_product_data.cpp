#include "libsg/vital_product_data.h"

#include <doctest/doctest.h>

#include "tests/support/scsi_bytes.h"

using tests::ByteVector;
using tests::ByteView;

TEST_CASE("the announced length of a VPD page counts its header and both length bytes") {
  CHECK(scsi::announced_length(tests::bytes({0, 0x83, 0x00, 0x00})) == std::size_t{4});
  CHECK(scsi::announced_length(tests::bytes({0, 0x83, 0x01, 0x02})) == std::size_t{0x106});
  CHECK(scsi::announced_length(tests::bytes({0, 0x83, 0xff, 0xff})) == std::size_t{0x10003});
}

TEST_CASE("a VPD page without a whole header is malformed at its end") {
  const ByteVector page = tests::bytes({0, 0x80, 0});
  for (std::size_t length = 0; length <= page.size(); ++length) {
    const auto announced = scsi::announced_length(ByteView(page).first(length));
    REQUIRE_FALSE(announced);
    CHECK(announced.error().offset == length);
  }
}

TEST_CASE("supported pages come in the order of the page") {
  const ByteVector codes = tests::bytes({0x00, 0x83, 0x80, 0xb0});
  CHECK(scsi::decode_supported_pages(tests::vpd_page(0x00, codes)) == codes);
  CHECK(scsi::decode_supported_pages(tests::vpd_page(0x00, {})) == ByteVector{});
}

TEST_CASE("blanks and NULs around a unit serial number are removed") {
  const auto serial = [](std::string_view text) {
    return scsi::decode_unit_serial_number(tests::vpd_page(0x80, tests::bytes(text))).value();
  };
  CHECK(serial("75DL241805C     ") == "75DL241805C");
  CHECK(serial("                beaf11") == "beaf11");
  CHECK(serial(std::string_view("5b94-85a9\0", 10)) == "5b94-85a9");
  CHECK(serial(std::string_view("\0 A  B\0C \0", 10)) == std::string("A  B\0C", 6));
}

TEST_CASE("a blank or empty unit serial number is an empty string") {
  CHECK(scsi::decode_unit_serial_number(tests::vpd_page(0x80, {})) == "");
  CHECK(scsi::decode_unit_serial_number(tests::vpd_page(0x80, ByteVector(20, ' '))) == "");
  CHECK(scsi::decode_unit_serial_number(tests::vpd_page(0x80, ByteVector(20, 0))) == "");
}

TEST_CASE("bytes after the announced end are not part of a page") {
  const ByteVector page = tests::vpd_page(0x80, tests::bytes("ABC"));
  CHECK(scsi::decode_unit_serial_number(tests::concat(page, tests::bytes("DEF"))) == "ABC");
}

TEST_CASE("a serial number longer than 255 bytes uses both length bytes") {
  const std::string serial(300, 'x');
  CHECK(scsi::decode_unit_serial_number(tests::vpd_page(0x80, tests::bytes(serial))) == serial);
}

TEST_CASE("pages 0x00 and 0x80 cut at any length are malformed, never read as shorter ones") {
  const ByteVector supported = tests::vpd_page(0x00, tests::bytes({0x00, 0x80, 0x83}));
  for (std::size_t length = 0; length < supported.size(); ++length) {
    const auto decoded = scsi::decode_supported_pages(ByteView(supported).first(length));
    REQUIRE_FALSE(decoded);
    CHECK(decoded.error().offset == length);
  }
  const ByteVector serial = tests::vpd_page(0x80, tests::bytes("SERIAL"));
  for (std::size_t length = 0; length < serial.size(); ++length) {
    const auto decoded = scsi::decode_unit_serial_number(ByteView(serial).first(length));
    REQUIRE_FALSE(decoded);
    CHECK(decoded.error().offset == length);
  }
}

TEST_CASE("a page with another code than the decoder's is malformed at byte 1") {
  const auto supported = scsi::decode_supported_pages(tests::vpd_page(0x80, tests::bytes("A")));
  REQUIRE_FALSE(supported);
  CHECK(supported.error().offset == 1);
  const auto serial = scsi::decode_unit_serial_number(tests::vpd_page(0x83, tests::bytes("A")));
  REQUIRE_FALSE(serial);
  CHECK(serial.error() == scsi::Malformed{1, "page code is 0x83, not 0x80"});
}
