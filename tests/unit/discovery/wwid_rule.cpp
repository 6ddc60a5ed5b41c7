#include "multipath/discovery/wwid_rule.h"

#include <map>

#include <doctest/doctest.h>

#include "tests/support/saved_pages.h"
#include "tests/support/scsi_bytes.h"

namespace {

using namespace multipath;
using scsi::Association;
using scsi::ByteVector;
using scsi::CodeSet;
using scsi::Designator;
using scsi::DesignatorType;
using scsi::DeviceIdentification;

Designator binary(DesignatorType type, ByteVector bytes) {
  return {Association::logical_unit, type, CodeSet::binary, std::nullopt, std::move(bytes)};
}

Designator text(DesignatorType type, std::string_view characters) {
  return {Association::logical_unit,
          type,
          CodeSet::ascii,
          std::nullopt,
          {characters.begin(), characters.end()}};
}

ByteVector naa(std::uint8_t format, std::size_t size) {
  ByteVector bytes(size, 0xab);
  bytes[0] = static_cast<std::uint8_t>(format << 4 | 0x1);
  return bytes;
}

DeviceIdentification page(std::vector<Designator> designators) {
  return {std::move(designators), {}, {}};
}

/// The WWID's text, or "none: " and the reason.
std::string wwid(const DeviceIdentification& identification,
                 Identification by = Identification::page_83) {
  const auto result = wwid_of(identification, by);
  return result ? result->text() : "none: " + result.error();
}

const std::string ab7 = "ababababababab";
const std::string ab15 = ab7 + ab7 + "ab";

}  // namespace

TEST_CASE("each kind of designator gives its prefix") {
  CHECK(wwid(page({binary(DesignatorType::naa, naa(6, 16))})) == "361" + ab15);
  CHECK(wwid(page({binary(DesignatorType::naa, naa(5, 8))})) == "351" + ab7);
  CHECK(wwid(page({binary(DesignatorType::naa, naa(2, 8))})) == "321" + ab7);
  CHECK(wwid(page({binary(DesignatorType::naa, naa(3, 8))})) == "331" + ab7);
  CHECK(wwid(page({binary(DesignatorType::naa, naa(0xd, 8))})) == "3d1" + ab7);
  CHECK(wwid(page({binary(DesignatorType::eui64, naa(7, 8))})) == "271" + ab7);
  CHECK(wwid(page({binary(DesignatorType::eui64, naa(7, 12))})) == "271" + ab7 + "abababab");
  CHECK(wwid(page({binary(DesignatorType::eui64, naa(7, 16))})) == "271" + ab15);
  CHECK(wwid(page({text(DesignatorType::scsi_name_string, "eui.0123456789ABCDEF")})) ==
        "20123456789abcdef");
  CHECK(wwid(page({text(DesignatorType::scsi_name_string, "naa.5000C50012345678")})) ==
        "35000c50012345678");
  CHECK(wwid(page({text(DesignatorType::scsi_name_string, "iqn.2001-04.com.example:disk")})) ==
        "82001-04.com.example:disk");
  CHECK(wwid(page({text(DesignatorType::t10_vendor_id, "Linux   scsi_debug      2000")})) ==
        "1Linux_scsi_debug_2000");
}

TEST_CASE("the better designator wins wherever it stands") {
  const std::vector<Designator> worst_to_best = {
      binary(DesignatorType::naa, naa(0xd, 8)),
      binary(DesignatorType::naa, naa(3, 8)),
      text(DesignatorType::t10_vendor_id, "VENDOR  SERIAL"),
      text(DesignatorType::scsi_name_string, "iqn.name"),
      binary(DesignatorType::eui64, naa(7, 16)),
      binary(DesignatorType::naa, naa(2, 8)),
      binary(DesignatorType::naa, naa(5, 8)),
      binary(DesignatorType::naa, naa(6, 16)),
  };
  for (std::size_t better = 1; better < worst_to_best.size(); ++better) {
    const Designator& loser = worst_to_best[better - 1];
    const Designator& winner = worst_to_best[better];
    CAPTURE(better);
    CHECK(wwid(page({loser, winner})) == wwid(page({winner})));
    CHECK(wwid(page({winner, loser})) == wwid(page({winner})));
  }
}

TEST_CASE("the first of equals wins") {
  Designator second = binary(DesignatorType::naa, naa(6, 16));
  second.bytes[15] = 0;
  CHECK(wwid(page({binary(DesignatorType::naa, naa(6, 16)), second})) == "361" + ab15);
}

TEST_CASE("only designators of the logical unit count") {
  for (const Association other :
       {Association::target_port, Association::target_device, Association::reserved}) {
    Designator designator = binary(DesignatorType::naa, naa(6, 16));
    designator.association = other;
    CHECK(wwid(page({designator})) ==
          "none: page 0x83 has no usable designator of the logical unit");
  }
}

TEST_CASE("identifiers of zeros and blanks are rejected with a reason") {
  const auto refused = [](Designator designator) {
    return wwid(page({std::move(designator)})).starts_with("none: ");
  };
  ByteVector zero_naa(16);
  zero_naa[0] = 0x60;
  CHECK(refused(binary(DesignatorType::naa, zero_naa)));
  CHECK(refused(binary(DesignatorType::naa, ByteVector{0x50, 0, 0, 0, 0, 0, 0, 0})));
  CHECK(refused(binary(DesignatorType::eui64, ByteVector(8))));
  CHECK(refused(text(DesignatorType::t10_vendor_id, "VENDOR          ")));
  CHECK(refused(text(DesignatorType::t10_vendor_id, "        ")));
  CHECK(refused(text(DesignatorType::t10_vendor_id, std::string("LIO-ORG \0\0", 10))));
  CHECK(refused(text(DesignatorType::scsi_name_string, "naa.")));
  CHECK(refused(text(DesignatorType::scsi_name_string, "eui.0000000000000000")));
  CHECK(refused(text(DesignatorType::scsi_name_string, "iqn.")));
}

TEST_CASE("malformed designators are skipped and named") {
  CHECK(wwid(page({binary(DesignatorType::naa, naa(6, 8))})) ==
        "none: page 0x83 has no usable designator of the logical unit (NAA 6 designator of 8 "
        "bytes, not 16)");
  CHECK(wwid(page({text(DesignatorType::naa, "6abcdefg")})) ==
        "none: page 0x83 has no usable designator of the logical unit (NAA designator in text, not "
        "binary)");
  CHECK(wwid(page({binary(DesignatorType::eui64, naa(7, 9))})).find("9 bytes") !=
        std::string::npos);
  CHECK(wwid(page({text(DesignatorType::scsi_name_string, "naa.xyz")})).starts_with("none: "));
  CHECK(
      wwid(page({text(DesignatorType::scsi_name_string, "host=something")})).starts_with("none: "));
  CHECK(wwid(page({binary(DesignatorType::naa, naa(6, 8)),
                   binary(DesignatorType::naa, naa(5, 8))})) == "351" + ab7);
}

TEST_CASE("text that is invalid in a name gives no WWID") {
  for (const std::string_view tail : {"a\nb", "a\"b", "a$b", "a/b", "a\\b", "a\x7f", "\xc3\xa9"}) {
    CAPTURE(tail);
    CHECK(wwid(page({text(DesignatorType::t10_vendor_id, "VENDOR  " + std::string(tail))}))
              .starts_with("none: "));
    CHECK(wwid(page({text(DesignatorType::scsi_name_string, "iqn." + std::string(tail))}))
              .starts_with("none: "));
  }
}

TEST_CASE("an eight-character T10 vendor id has no trailing underscore") {
  CHECK(wwid(page({text(DesignatorType::t10_vendor_id, "ABCDEFGHserial  1 ")})) ==
        "1ABCDEFGHserial_1");
}

TEST_CASE("a binary T10 vendor id is written in hex") {
  CHECK(wwid(page({binary(DesignatorType::t10_vendor_id,
                          {'M', 'S', 'F', 'T', ' ', ' ', ' ', ' ', 0x01, 0xff})})) ==
        "14d5346542020202001ff");
}

TEST_CASE("an identifier too long for a dm uuid is rejected") {
  CHECK(wwid(page({text(DesignatorType::t10_vendor_id, "VENDOR  " + std::string(120, 'x'))}))
            .starts_with("none: identifier"));
}

TEST_CASE("a page from before SPC-3 gives its first 16 bytes") {
  DeviceIdentification old;
  old.pre_spc3 = naa(6, 16);
  CHECK(wwid(old) == "361" + ab15);
  old.pre_spc3 = naa(6, 15);
  CHECK(wwid(old).starts_with("none: "));
  old.pre_spc3 = ByteVector(16);
  CHECK(wwid(old).starts_with("none: "));
}

TEST_CASE("the hardware table can name the designator") {
  const auto both = page(
      {binary(DesignatorType::naa, naa(6, 16)), text(DesignatorType::t10_vendor_id, "VENDOR  X"),
       binary(DesignatorType::eui64, naa(1, 8)), text(DesignatorType::scsi_name_string, "iqn.x")});
  CHECK(wwid(both, Identification::page_83_t10) == "1VENDOR_X");
  CHECK(wwid(both, Identification::page_83_eui64) == "211" + ab7);
  CHECK(wwid(both, Identification::page_83_name) == "8x");
  CHECK(wwid(both, Identification::page_83_naa) == "361" + ab15);
  CHECK(
      wwid(page({text(DesignatorType::t10_vendor_id, "VENDOR  X")}), Identification::page_83_naa) ==
      "none: page 0x83 has no usable naa designator of the logical unit");
}

TEST_CASE("a serial number follows padded vendor and product") {
  CHECK(wwid_of_serial_number("ABC", "DISK", "12 34")->text() == "SABC_DISK_12_34");
  CHECK(wwid_of_serial_number("ABCDEFGH", "0123456789abcdef", "S1")->text() ==
        "SABCDEFGH0123456789abcdefS1");
  CHECK_FALSE(wwid_of_serial_number("ABC", "DISK", ""));
  CHECK_FALSE(wwid_of_serial_number("ABC", "DISK", "0000"));
  CHECK_FALSE(wwid_of_serial_number("ABC", "DISK", "a\"b"));
}

TEST_CASE("saved pages of real devices give multipath-tools' or scsi_id's WWID") {
  // Where the two differ, the decision is the rule's (wwid_rule.h); the reason stands beside it.
  const std::map<std::string, std::string> decided = {
      {"scsi-debug-61.pg83.hex", "1Linux_scsi_debug_8000"},  // T10 before NAA 3, as multipath-tools
  };
  const auto pages = tests::saved_identification_pages();
  for (const tests::SavedPage& page : pages) {
    CAPTURE(page.file);
    const auto identification = scsi::decode_device_identification(page.bytes);
    REQUIRE(identification);
    const auto exception = decided.find(page.file);
    const std::string expected = exception != decided.end()    ? exception->second
                                 : page.multipath_name.empty() ? page.scsi_id_name
                                                               : page.multipath_name;
    CHECK(wwid(*identification) == expected);
  }
  CHECK((pages.empty() || pages.size() >= 9));
}

TEST_CASE("a truncated page without a WWID is reported") {
  auto cut = page({});
  cut.cut_short = scsi::Malformed{4, "designator announces 248 bytes but the page holds 16"};
  CHECK(wwid(cut) ==
        "none: page 0x83 has no usable designator of the logical unit (designator announces 248 "
        "bytes but the page holds 16)");
}

TEST_CASE("the choice lists every designator and is the WWID") {
  Designator port = binary(DesignatorType::naa, naa(6, 16));
  port.association = Association::target_port;
  const auto choice = choose_wwid(
      page({port, binary(DesignatorType::eui64, naa(1, 8)), binary(DesignatorType::naa, naa(5, 8)),
            binary(DesignatorType::naa, naa(6, 7))}),
      Identification::page_83);
  REQUIRE(choice.designators.size() == 4);
  CHECK(choice.designators[0].rank == 0);
  CHECK(choice.designators[1].rank == 5);
  CHECK_FALSE(choice.designators[1].chosen);
  CHECK(choice.designators[2].chosen);
  CHECK(choice.designators[3].text.find("7 bytes") != std::string::npos);
  CHECK(choice.wwid->text() == choice.designators[2].text);
}
