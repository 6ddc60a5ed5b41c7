#include "multipath/discovery/array_priority.h"

#include <doctest/doctest.h>

#include "tests/support/scsi_bytes.h"
#include "tests/support/vendor_unit.h"

using namespace multipath;
using scsi::SenseKey;
using std::chrono::milliseconds;
using tests::bytes;
using tests::VendorUnit;

namespace {

constexpr milliseconds limit{1000};

VendorUnit disk() { return VendorUnit(tests::fake_disk("ACME", "Disk", "1", bytes({0x61}))); }

std::optional<int> rdac(std::initializer_list<int> bytes_8_to_13) {
  auto unit = disk();
  unit.unit().pages[0xc9] = tests::rdac_page(bytes_8_to_13);
  return rdac_priority(unit, limit).priority;
}

scsi::ByteVector attributes(std::string_view driver) {
  return tests::concat(bytes({0, 0, 0, 20, 0x0a, 0x98, 0x0a, 0x01, 0x41, 0, 0, 0}),
                       tests::bytes(driver));
}

scsi::ByteVector proxy_page(int flags) {
  return tests::vpd_page(
      0xc1, bytes({0, 0, 0, 0, 0x0a, 0x98, 0x0a, 0x00, 0xc1, 0x00, 0, 0, 0, 0, 0, flags}));
}

std::optional<int> hds(std::string_view from_byte_40) {
  auto unit = disk();
  unit.unit().inquiry.resize(40, ' ');
  unit.unit().inquiry = tests::concat(unit.unit().inquiry, tests::bytes(from_byte_40));
  return hds_priority(unit, limit).priority;
}

}  // namespace

TEST_CASE("rdac: owner, preferred and I/O shipping add up") {
  CHECK(rdac({0x01, 0x01}) == 6);
  CHECK(rdac({0x01, 0x02}) == 3);
  CHECK(rdac({0x00, 0x01}) == 4);
  CHECK(rdac({0x00, 0x02}) == 1);
  CHECK(rdac({0x01, 0x00}) == 2);
  CHECK(rdac({0x00, 0x03}) == 0);
  CHECK(rdac({0x21, 0x01}) == 14);
}

TEST_CASE("rdac: without the page the priority is 0, with the reason") {
  auto unit = disk();
  CHECK(rdac_priority(unit, limit) == Prioritized{0, "page 0xc9: illegal request 24/00"});
}

TEST_CASE("emc: the default owner's paths come first") {
  auto unit = disk();
  CHECK(emc_priority(unit, limit).priority == 0);
  unit.unit().pages[0xc0] = tests::clariion_page(2, 1, 1);
  CHECK(emc_priority(unit, limit).priority == 4);
  unit.unit().pages[0xc0] = tests::clariion_page(1, 1, 1);
  CHECK(emc_priority(unit, limit).priority == 3);
  unit.unit().pages[0xc0] = tests::clariion_page(2, 0, 1);
  CHECK(emc_priority(unit, limit).priority == 2);
  unit.unit().pages[0xc0] = tests::clariion_page(1, 0, 1);
  CHECK(emc_priority(unit, limit).priority == 1);
  unit.unit().pages[0xc0].resize(40);
  CHECK(emc_priority(unit, limit).priority == 0);
}

TEST_CASE("emc: a host without failover, or a unit kept from working, has the lowest priority") {
  auto unit = disk();
  unit.unit().pages[0xc0] = tests::clariion_page(2, 1, 1);
  unit.unit().pages[0xc0][28] = 0;
  CHECK(emc_priority(unit, limit).priority == 0);
  unit.unit().pages[0xc0] = tests::clariion_page(2, 1, 1);
  unit.unit().pages[0xc0][48] = 1;
  CHECK(emc_priority(unit, limit).priority == 0);
}

TEST_CASE("hp_sw: active, standby, failed") {
  auto unit = disk();
  CHECK(hp_sw_priority(unit, limit).priority == 4);
  unit.unit().unit_attentions = 2;
  CHECK(hp_sw_priority(unit, limit).priority == 4);
  const auto with = [&](const scsi::Response& response) {
    unit.unit().test_unit_ready = response;
    return hp_sw_priority(unit, limit).priority;
  };
  CHECK(with(tests::check_condition(tests::fixed_sense(SenseKey::recovered_error))) == 4);
  CHECK(with(tests::check_condition(tests::fixed_sense(SenseKey::not_ready, 0x04, 0x02))) == 2);
  CHECK(with(tests::check_condition(tests::fixed_sense(SenseKey::not_ready, 0x04, 0x03))) == 0);
  CHECK(with(tests::not_delivered(scsi::Delivery::timed_out)) == 0);
}

TEST_CASE("ontap: by the filer's target driver and the proxy page") {
  auto unit = disk();
  CHECK(ontap_priority(unit, limit).priority == 0);
  unit.attributes = attributes("ism_sw");
  CHECK(ontap_priority(unit, limit).priority == 2);
  unit.attributes = attributes("ism_sn");
  CHECK(ontap_priority(unit, limit).priority == 3);
  unit.attributes = attributes("ispfct");
  CHECK(ontap_priority(unit, limit).priority == 4);
  unit.unit().pages[0xc1] = proxy_page(0x02);
  CHECK(ontap_priority(unit, limit).priority == 1);
  unit.unit().pages[0xc1] = proxy_page(0x00);
  CHECK(ontap_priority(unit, limit).priority == 4);
  unit.unit().pages[0xc1].resize(10);
  CHECK(ontap_priority(unit, limit).priority == 4);
  unit.attributes->resize(5);
  CHECK(ontap_priority(unit, limit).priority == 0);
}

TEST_CASE("hds: device and controller both odd or both even") {
  CHECK(hds("010500C6 0A") == 1);
  CHECK(hds("010500C7 1A") == 1);
  CHECK(hds("010500C6 1A") == 0);
  CHECK(hds("010500C7 0A") == 0);
  CHECK_FALSE(hds("010500C"));
  CHECK_FALSE(hds("010500CZ 1A"));
}
