#include "multipath/discovery/foreign_wwid_rules.h"

#include <set>

#include <doctest/doctest.h>

#include "multipath/discovery/wwid_rule.h"
#include "tests/support/saved_pages.h"
#include "tests/support/scsi_bytes.h"

namespace {

using namespace multipath;
using scsi::ByteVector;
using scsi::CodeSet;
using scsi::Designator;
using scsi::DesignatorType;
using tests::designator;
using tests::device_identification_page;

constexpr Maker qemu{"QEMU", "QEMU HARDDISK"};

ByteVector bytes_of(std::uint8_t first, std::size_t size) {
  ByteVector bytes(size, 0xab);
  bytes[0] = first;
  return bytes;
}

ByteVector page(const std::vector<Designator>& designators) {
  return device_identification_page(designators);
}

std::optional<std::string> by_sg3(const ByteVector& page_83) {
  const auto page = scsi::decode_device_identification(page_83);
  return page ? name_by_sg3_rules(*page, qemu) : std::nullopt;
}

std::string rule_for(const std::string& name, const UnitFacts& facts,
                     const std::vector<std::string>& uid_attributes = {}) {
  for (const GivenName& given : given_names(facts, uid_attributes))
    if (given.name == name) return given.rule;
  return "none";
}

}  // namespace

TEST_CASE("scsi_id and udev's rules of sg3-utils have orders of their own") {
  const auto naa3_eui = page({designator(DesignatorType::eui64, bytes_of(0x11, 8)),
                              designator(DesignatorType::naa, bytes_of(0x31, 8))});
  CHECK(name_by_scsi_id(naa3_eui, qemu) == "331ababababababab");
  CHECK(by_sg3(naa3_eui) == "211ababababababab");
  const auto name = page({designator(DesignatorType::scsi_name_string, "iqn.2000-01.x:y")});
  CHECK_FALSE(name_by_scsi_id(name, qemu));
  CHECK(by_sg3(name) == "8iqn.2000-01.x:y");
  CHECK_FALSE(by_sg3(page({})));
  CHECK_FALSE(name_by_scsi_id(page({}), qemu));
}

TEST_CASE("scsi_id takes each type of designator that it knows, the vendor specific one last") {
  const std::vector<std::pair<Designator, std::string>> in_order = {
      {designator(DesignatorType::vendor_specific, "DISK0A01"), "0QEMU_QEMU_HARDDISK_DISK0A01"},
      {designator(DesignatorType::vendor_specific, ByteVector{0xca, 0xfe}),
       "0QEMU_QEMU_HARDDISK_cafe"},
      {designator(DesignatorType::t10_vendor_id, "ABC     X  1 "), "1ABC_X_1"},
      {designator(DesignatorType::t10_vendor_id, ByteVector{'A', 'B'}), "14142"},
      {designator(DesignatorType::eui64, ByteVector{1, 2, 3}), "2010203"},
      {designator(DesignatorType::naa, bytes_of(0xd1, 8)), "3d1ababababababab"},
      {designator(DesignatorType::naa, bytes_of(0x51, 8)), "351ababababababab"},
      {designator(DesignatorType::naa, bytes_of(0x61, 16)), "361" + std::string(30, 'a')},
  };
  std::vector<Designator> so_far = {designator(DesignatorType::scsi_name_string, "naa.1"),
                                    designator(DesignatorType::uuid, ByteVector(18)),
                                    designator(DesignatorType::md5, ByteVector(16))};
  CHECK_FALSE(name_by_scsi_id(page(so_far), qemu));
  for (const auto& [next, expected] : in_order) {
    so_far.push_back(next);
    CAPTURE(expected);
    const auto name = name_by_scsi_id(page(so_far), qemu);
    REQUIRE(name);
    CHECK(name->substr(0, 3) == expected.substr(0, 3));
    if (next.type != DesignatorType::naa || next.bytes.size() == 8) CHECK(*name == expected);
  }
}

TEST_CASE("scsi_id takes a vendor specific designator with the vendor and product padded") {
  const auto text = page({designator(DesignatorType::vendor_specific, "a\n$ b")});
  CHECK(name_by_scsi_id(text, {"IBM", "2810XIV"}) == "0IBM_2810XIV_a___b");
  CHECK(name_by_scsi_id(text, {"VENDOR78", "PRODUCT890123456"}) ==
        "0VENDOR78PRODUCT890123456a___b");
  CHECK(by_sg3(text) == "0QEMU_QEMU_HARDDISK_a.\\x24_b");
}

TEST_CASE("scsi_id ignores port designators and other associations") {
  Designator port = designator(DesignatorType::naa, bytes_of(0x51, 8));
  port.association = scsi::Association::target_port;
  CHECK_FALSE(name_by_scsi_id(page({port}), qemu));
  CHECK_FALSE(by_sg3(page({port})));
}

TEST_CASE("scsi_id reads at most 254 bytes of a page") {
  std::vector<Designator> long_page = {designator(DesignatorType::vendor_specific, "V")};
  for (int count = 0; count < 3; ++count)
    long_page.push_back(designator(DesignatorType::scsi_name_string, std::string(80, 'x')));
  long_page.push_back(designator(DesignatorType::naa, bytes_of(0x61, 16)));
  CHECK(name_by_scsi_id(page(long_page), qemu) == "0QEMU_QEMU_HARDDISK_V");
}

TEST_CASE("scsi_id accepts names that are invalid here") {
  const auto zeros = page({designator(DesignatorType::naa, ByteVector(8))});
  CHECK(name_by_scsi_id(zeros, qemu) == "30000000000000000");
  CHECK(by_sg3(zeros) == "30000000000000000");
  const auto cut = page({designator(DesignatorType::naa, bytes_of(0x61, 8))});
  CHECK(name_by_scsi_id(cut, qemu) == "361ababababababab");
  CHECK(by_sg3(cut) == "361ababababababab");
}

TEST_CASE("a page truncated anywhere does no harm") {
  const auto whole = page({designator(DesignatorType::t10_vendor_id, "ABC     1"),
                           designator(DesignatorType::naa, bytes_of(0x61, 16))});
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const scsi::ByteView cut = scsi::ByteView(whole).first(length);
    name_by_scsi_id(cut, qemu);
    given_names({qemu, cut, "1"}, {});
  }
}

TEST_CASE("scsi_id takes a page with a byte 6 for one from before SPC-3") {
  const auto old = tests::vpd_page(0x83, bytes_of(0x60, 16));
  CHECK(name_by_scsi_id(old, qemu) == "360" + std::string("ababababababababababababababab"));
}

TEST_CASE("names of serial numbers include vendor and product") {
  CHECK(serial_name_by_scsi_id("78000000A01", {"IBM", "2810XIV"}) == "SIBM_2810XIV_78000000A01");
  CHECK(serial_name_by_sg3_rules("1", {"VENDOR78", "P"}) == "SVENDOR78_P_1");
  CHECK(serial_name_by_scsi_id("1", {"VENDOR78", "P"}) == "SVENDOR78P_1");
}

TEST_CASE("every authority's name is found, with its rule") {
  const auto page_83 = page({designator(DesignatorType::t10_vendor_id, "LIO-ORG disk1:a01"),
                             designator(DesignatorType::naa, bytes_of(0x33, 8)),
                             designator(DesignatorType::scsi_name_string, "iqn.x:y")});
  UnitFacts facts{{"LIO-ORG", "disk1"}, page_83, "a01"};
  facts.properties = {{"ID_SERIAL", "custom"},
                      {"ID_UID", "IBM.75.1.2"},
                      {"ID_MODEL", "disk1"},
                      {"MY_UID", "mine "}};
  facts.kernel_wwid = "naa.5000";
  CHECK(rule_for("1LIO-ORG_disk1:a01", facts).starts_with("the rule of sg3") == false);
  CHECK(rule_for("333ababababababab", facts) == "scsi_id's rule for page 0x83");
  CHECK(rule_for("8iqn.x:y", facts).starts_with("the rule of sg3-utils"));
  CHECK(rule_for("8x:y", facts).starts_with("this program's rule"));
  CHECK(rule_for("SLIO-ORG_disk1_a01", facts).find("0x80") != std::string::npos);
  CHECK(rule_for("a01", facts) == "the serial number of page 0x80");
  CHECK(rule_for("custom", facts) == "udev's property ID_SERIAL");
  CHECK(rule_for("IBM.75.1.2", facts) == "udev's property ID_UID");
  CHECK(rule_for("35000", facts) == "the kernel's wwid");
  CHECK(rule_for("naa.5000", facts) == "the kernel's wwid");
  CHECK(rule_for("mine", facts) == "none");
  CHECK(rule_for("mine", facts, {"MY_UID"}) == "udev's property MY_UID");
  CHECK(rule_for("disk1", facts) == "none");
}

TEST_CASE("saved pages of real devices give scsi_id's and sg3-utils' names") {
  const auto pages = tests::saved_identification_pages();
  for (const tests::SavedPage& page : pages) {
    CAPTURE(page.file);
    const auto decoded = scsi::decode_device_identification(page.bytes);
    REQUIRE(decoded);
    const Maker maker{page.vendor, page.product};
    CHECK(name_by_scsi_id(page.bytes, maker) == page.scsi_id_name);
    CHECK(name_by_sg3_rules(*decoded, maker) == page.sg3_name);
  }
  CHECK((pages.empty() || pages.size() >= 9));
}
