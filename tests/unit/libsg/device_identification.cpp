#include "libsg/device_identification.h"

#include <doctest/doctest.h>

#include "tests/support/scsi_bytes.h"

using scsi::Association;
using scsi::CodeSet;
using scsi::decode_device_identification;
using scsi::Designator;
using scsi::DesignatorType;
using tests::bytes;
using tests::ByteVector;
using tests::ByteView;

namespace {

std::vector<Designator> one_of_each_kind() {
  std::vector<Designator> all;
  for (int type = 0; type < 16; ++type) {
    Designator designator;
    designator.type = static_cast<DesignatorType>(type);
    designator.association = static_cast<Association>(type % 4);
    designator.code_set = static_cast<CodeSet>(type);
    if (type % 2 == 1) designator.protocol = static_cast<std::uint8_t>(type);
    designator.bytes.assign(static_cast<std::size_t>(type), static_cast<std::uint8_t>(type + 1));
    all.push_back(designator);
  }
  return all;
}

ByteVector naa6() {
  return bytes({0x60, 0x05, 0x07, 0x63, 0x07, 0xff, 0xc5, 0xe3, 0, 0, 0, 0, 0, 0, 0x80, 0x5c});
}

/// An old Symmetrix: the NAA identifier where the first descriptor should be.
ByteVector symmetrix_identifier() {
  return bytes({0x60, 0x06, 0x04, 0x80, 0x00, 0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0xf0, 0x12,
                0x34, 0x56});
}

}  // namespace

TEST_CASE("designators of every type, association, code set and length decode as encoded") {
  const auto designators = one_of_each_kind();
  const auto page = tests::device_identification_page(designators);
  const auto identification = decode_device_identification(page).value();
  CHECK(identification.designators == designators);
  CHECK_FALSE(identification.pre_spc3);
  CHECK_FALSE(identification.cut_short);
}

TEST_CASE("a page of more than 255 bytes uses both bytes of its length") {
  std::vector<Designator> designators(
      3, tests::designator(DesignatorType::vendor_specific, ByteVector(200, 'v')));
  designators.push_back(tests::designator(DesignatorType::naa, naa6()));
  const auto page = tests::device_identification_page(designators);
  CHECK(decode_device_identification(page)->designators == designators);
}

TEST_CASE("a page without descriptors is complete and empty") {
  CHECK(decode_device_identification(tests::vpd_page(0x83, {})) == scsi::DeviceIdentification{});
}

TEST_CASE("a truncated page 0x83 keeps complete descriptors and its end") {
  const auto designators = one_of_each_kind();
  const ByteVector page = tests::device_identification_page(designators);
  std::vector<std::size_t> ends{4};  // of the header, then of each descriptor
  for (const auto& designator : designators) {
    ends.push_back(ends.back() + 4 + designator.bytes.size());
  }
  for (std::size_t length = 0; length < page.size(); ++length) {
    CAPTURE(length);
    const auto decoded = decode_device_identification(ByteView(page).first(length));
    if (length < 4) {
      CHECK_FALSE(decoded);
      continue;
    }
    std::size_t whole = 0;
    while (ends[whole + 1] <= length) ++whole;
    REQUIRE(decoded);
    CHECK(decoded->designators ==
          std::vector<Designator>(designators.begin(),
                                  designators.begin() + static_cast<std::ptrdiff_t>(whole)));
    REQUIRE(decoded->cut_short);
    CHECK(decoded->cut_short->offset == ends[whole]);
    CHECK_FALSE(decoded->pre_spc3);
  }
}

TEST_CASE("a designator longer than its page ends the list") {
  auto page = tests::device_identification_page(
      {tests::designator(DesignatorType::t10_vendor_id, "VENDOR  1"),
       tests::designator(DesignatorType::naa, naa6())});
  page[4 + 13 + 3] = 17;
  const auto identification = decode_device_identification(page).value();
  CHECK(identification.designators.size() == 1);
  CHECK(identification.cut_short ==
        scsi::Malformed{17, "designator announces 17 bytes but the page holds 16"});
}

TEST_CASE("bytes after the announced end of page 0x83 are ignored") {
  const auto page = tests::device_identification_page(
      {tests::designator(DesignatorType::naa, bytes({0x50, 1, 2, 3, 4, 5, 6, 7}))});
  const auto stray = tests::encode(tests::designator(DesignatorType::naa, naa6()));
  CHECK(decode_device_identification(tests::concat(page, stray)) ==
        decode_device_identification(page));
}

TEST_CASE("a page with another code than 0x83 is malformed at byte 1") {
  const auto decoded = decode_device_identification(tests::vpd_page(0x80, bytes("SERIAL")));
  REQUIRE_FALSE(decoded);
  CHECK(decoded.error().offset == 1);
}

TEST_CASE("a protocol identifier counts only when PIV is set") {
  auto page = tests::device_identification_page(
      {tests::designator(DesignatorType::naa, bytes({0x50, 1, 2, 3, 4, 5, 6, 7}))});
  page[4] |= 0x60;
  CHECK_FALSE(decode_device_identification(page)->designators.at(0).protocol);
  page[5] |= 0x80;
  CHECK(decode_device_identification(page)->designators.at(0).protocol == std::uint8_t{6});
}

TEST_CASE("a pre-SPC-3 page is the identifier itself") {
  const auto identification =
      decode_device_identification(tests::vpd_page(0x83, symmetrix_identifier())).value();
  CHECK(identification.pre_spc3 == symmetrix_identifier());
  CHECK(identification.designators.empty());
  CHECK_FALSE(identification.cut_short);
}

TEST_CASE("a pre-SPC-3 page that is cut at any length gives no identifier") {
  const ByteVector page = tests::vpd_page(0x83, symmetrix_identifier());
  for (std::size_t length = 4; length < page.size(); ++length) {
    CAPTURE(length);
    const auto identification = decode_device_identification(ByteView(page).first(length)).value();
    CHECK_FALSE(identification.pre_spc3);
    CHECK(identification.cut_short);
  }
}

TEST_CASE("a reserved byte that is set in the first descriptor does not make a page pre-SPC-3") {
  auto page = tests::device_identification_page({tests::designator(DesignatorType::naa, naa6())});
  page[6] = 0x01;
  const auto identification = decode_device_identification(page).value();
  CHECK_FALSE(identification.pre_spc3);
  REQUIRE(identification.designators.size() == 1);
  CHECK(identification.designators[0].bytes == naa6());
}

TEST_CASE("a valid first descriptor with its reserved byte set is not pre-SPC-3") {
  auto page = tests::device_identification_page(
      {tests::designator(DesignatorType::naa, naa6()),
       tests::designator(DesignatorType::t10_vendor_id, "VENDOR  1")});
  page[6] = 0x01;
  page[4 + 20 + 3] = 99;
  const auto identification = decode_device_identification(page).value();
  CHECK_FALSE(identification.pre_spc3);
  CHECK(identification.designators.size() == 1);
  CHECK(identification.cut_short);
}

TEST_CASE("a reserved code set alone does not make a page of whole descriptors pre-SPC-3") {
  auto page = tests::device_identification_page({tests::designator(DesignatorType::naa, naa6())});
  page[4] = 0;
  page[6] = 0xff;
  const auto identification = decode_device_identification(page).value();
  CHECK_FALSE(identification.pre_spc3);
  CHECK(identification.designators.size() == 1);
}

TEST_CASE("a pre-SPC-3 page truncated after its 16th byte has no identifier") {
  const ByteVector page =
      tests::vpd_page(0x83, tests::concat(symmetrix_identifier(), bytes({1, 2, 3, 4})));
  CHECK(decode_device_identification(page)->pre_spc3);
  for (std::size_t length = 20; length < page.size(); ++length) {
    CHECK_FALSE(decode_device_identification(ByteView(page).first(length))->pre_spc3);
  }
}

TEST_CASE("a page whose byte 6 is zero is never pre-SPC-3") {
  ByteVector page = tests::vpd_page(0x83, symmetrix_identifier());
  page[6] = 0;
  const auto identification = decode_device_identification(page).value();
  CHECK_FALSE(identification.pre_spc3);
  CHECK(identification.cut_short);
}

TEST_CASE("fewer than 16 bytes are not a pre-SPC-3 identifier") {
  ByteVector identifier = symmetrix_identifier();
  identifier.pop_back();
  const auto identification =
      decode_device_identification(tests::vpd_page(0x83, identifier)).value();
  CHECK_FALSE(identification.pre_spc3);
  CHECK(identification.cut_short);
}

TEST_CASE("the NAA format is the high half of the first byte of an NAA designator") {
  CHECK(scsi::naa_format(tests::designator(DesignatorType::naa, naa6())) == std::uint8_t{6});
  CHECK_FALSE(scsi::naa_format(tests::designator(DesignatorType::naa, ByteVector{})));
  CHECK_FALSE(scsi::naa_format(tests::designator(DesignatorType::eui64, naa6())));
}

TEST_CASE("designator types, associations and code sets have names, reserved ones numbers") {
  CHECK(to_string(DesignatorType::naa) == "naa");
  CHECK(to_string(DesignatorType::t10_vendor_id) == "t10_vendor_id");
  CHECK(to_string(DesignatorType{0xc}) == "type 0xc");
  CHECK(to_string(Association::target_device) == "target_device");
  CHECK(to_string(CodeSet::utf8) == "utf8");
  CHECK(to_string(CodeSet{0x9}) == "code set 0x9");
}
