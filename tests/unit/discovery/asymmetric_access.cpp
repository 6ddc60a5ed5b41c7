#include "multipath/discovery/asymmetric_access.h"

#include <doctest/doctest.h>

#include "tests/support/scsi_bytes.h"
#include "tests/support/vendor_unit.h"

using namespace multipath;
using scsi::AccessState;
using scsi::Tpgs;
using std::chrono::milliseconds;
using tests::bytes;

namespace {

constexpr milliseconds limit{1000};

scsi::DeviceIdentification page_with_group(int group) {
  auto designator =
      tests::designator(scsi::DesignatorType::target_port_group, bytes({0, 0, group >> 8, group}));
  designator.association = scsi::Association::target_port;
  scsi::DeviceIdentification page;
  page.designators = {designator};
  return page;
}

tests::VendorUnit unit_with_groups() {
  auto unit = tests::fake_disk("ACME", "Disk", "1", bytes({0x61}));
  unit.target_port_groups = tests::target_port_groups_data(
      {{.id = 4, .state = AccessState::standby, .relative_ports = {1}},
       {.id = 0x105, .state = AccessState::unavailable, .preferred = true, .relative_ports = {2}}});
  return tests::VendorUnit(unit);
}

}  // namespace

TEST_CASE("the group of the path's port is found") {
  auto unit = unit_with_groups();
  const auto access = ask_asymmetric_access(unit, Tpgs::explicit_, page_with_group(0x105), limit);
  CHECK(access.tpgs == Tpgs::explicit_);
  REQUIRE(access.group);
  CHECK(access.group->state == AccessState::unavailable);
  CHECK(access.group->preferred);
  CHECK(access.text.empty());
}

TEST_CASE("a unit without TPGS is not queried") {
  auto unit = unit_with_groups();
  CHECK(ask_asymmetric_access(unit, Tpgs::none, page_with_group(4), limit) == AsymmetricAccess{});
  CHECK(unit.journal.empty());
}

TEST_CASE("any missing data means no TPGS, with the reason") {
  auto unit = unit_with_groups();
  const auto text_with = [&](const scsi::DeviceIdentification& page) {
    const auto access = ask_asymmetric_access(unit, Tpgs::implicit, page, limit);
    CHECK(access.tpgs == Tpgs::none);
    CHECK_FALSE(access.group);
    return access.text;
  };
  CHECK(text_with({}) == "page 0x83 names no target port group of this port");
  CHECK(text_with(page_with_group(9)) == "REPORT TARGET PORT GROUPS has no group 9 of this port");
  unit.unit().target_port_groups->resize(11);
  CHECK(text_with(page_with_group(4)).starts_with("REPORT TARGET PORT GROUPS: "));
  unit.unit().target_port_groups.reset();
  CHECK(text_with(page_with_group(4)) == "REPORT TARGET PORT GROUPS: illegal request 20/00");
  unit.unit().always = tests::not_delivered(scsi::Delivery::timed_out);
  CHECK(text_with(page_with_group(4)) == "REPORT TARGET PORT GROUPS: time-out");
}

TEST_CASE("only a complete port designator identifies the group") {
  auto page = page_with_group(4);
  page.designators[0].association = scsi::Association::logical_unit;
  CHECK_FALSE(port_group_of(page));
  page = page_with_group(4);
  page.designators[0].bytes.resize(3);
  CHECK_FALSE(port_group_of(page));
  CHECK(port_group_of(page_with_group(4)) == 4);
}
