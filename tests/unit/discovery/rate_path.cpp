#include "multipath/discovery/rate_path.h"

#include <variant>

#include <doctest/doctest.h>

#include "tests/support/memory_tree.h"
#include "tests/support/scsi_bytes.h"
#include "tests/support/vendor_unit.h"

using namespace multipath;
using scsi::AccessState;
using std::chrono::milliseconds;
using tests::bytes;
using tests::VendorUnit;

namespace {

constexpr milliseconds limit{1000};

DeviceSettings detecting() {
  DeviceSettings settings;
  settings.detect_checker.value = settings.detect_prio.value = true;
  settings.checker.value = CheckerKind::directio;
  settings.prioritizer.value = PrioritizerKind::constant;
  return settings;
}

const KnownPath known{.kname = "sda",
                      .address = {.host = 1, .channel = 0, .target = 0, .lun = 3},
                      .size_sectors = 2048,
                      .kernel_state = {},
                      .serial = {},
                      .world_wide_names = {}};

VendorUnit disk() { return VendorUnit(tests::fake_disk("ACME", "Disk", "S1", bytes({0x61}))); }

scsi::DeviceIdentification page_of_group_5() {
  auto designator = tests::designator(scsi::DesignatorType::target_port_group, bytes({0, 0, 0, 5}));
  designator.association = scsi::Association::target_port;
  scsi::DeviceIdentification page;
  page.designators = {designator};
  return page;
}

VendorUnit alua_disk(AccessState state) {
  auto unit = disk();
  unit.unit().target_port_groups =
      tests::target_port_groups_data({{.id = 5, .state = state, .relative_ports = {1}}});
  return unit;
}

scsi::StandardInquiry inquiry(scsi::Tpgs tpgs) {
  scsi::StandardInquiry result;
  result.tpgs = tpgs;
  return result;
}

}  // namespace

TEST_CASE("a plain disk is checked and rated as set") {
  auto unit = disk();
  const auto rating = rate_path(unit, detecting(), inquiry(scsi::Tpgs::none), MayBeRdac::yes,
                                std::nullopt, known, limit);
  CHECK(rating.checker.kind == CheckerKind::directio);
  CHECK(rating.checked.state == CheckerState::ready);
  CHECK(rating.prioritizer.kind == PrioritizerKind::constant);
  CHECK(rating.prioritized.priority == 1);
  CHECK_FALSE(rating.access.group);
}

TEST_CASE("a disk with port groups gets tur, and the kernel's state or its own") {
  auto unit = alua_disk(AccessState::active_non_optimized);
  const auto page = page_of_group_5();
  auto rating = rate_path(unit, detecting(), inquiry(scsi::Tpgs::implicit), MayBeRdac::yes, page,
                          known, limit);
  CHECK(rating.checker.kind == CheckerKind::tur);
  CHECK(rating.prioritizer.kind == PrioritizerKind::alua);
  CHECK(rating.prioritized.priority == 10);
  CHECK(rating.access.group->id == 5);
  auto with_state = known;
  with_state.kernel_state = KernelAccessState{.state = "standby", .preferred = false};
  rating = rate_path(unit, detecting(), inquiry(scsi::Tpgs::implicit), MayBeRdac::yes, page,
                     with_state, limit);
  CHECK(rating.prioritizer.kind == PrioritizerKind::sysfs);
  CHECK(rating.prioritized.priority == 1);
}

TEST_CASE("a path that reports being down still has its priority") {
  auto unit = alua_disk(AccessState::unavailable);
  unit.unit().test_unit_ready =
      tests::check_condition(tests::fixed_sense(scsi::SenseKey::not_ready, 0x04, 0x0c));
  const auto rating = rate_path(unit, detecting(), inquiry(scsi::Tpgs::implicit), MayBeRdac::yes,
                                page_of_group_5(), known, limit);
  CHECK(rating.checked.state == CheckerState::faulty);
  CHECK(rating.prioritized.priority == 0);
}

TEST_CASE("a dead path is not queried for a priority") {
  auto settings = detecting();
  settings.prioritizer.value = PrioritizerKind::path_latency;
  auto unit = disk();
  unit.read_10 = tests::not_delivered(scsi::Delivery::timed_out);
  const auto rating = rate_path(unit, settings, inquiry(scsi::Tpgs::none), MayBeRdac::yes,
                                std::nullopt, known, limit);
  CHECK(rating.checked.state == CheckerState::faulty);
  CHECK_FALSE(rating.prioritized.priority);
  CHECK(unit.journal.back().cdb.at(0) == 0x28);
  CHECK(unit.journal.size() == 2);  // page 0x00, for detection, and one READ
}

TEST_CASE("a path that works but has no size is ghost") {
  auto unit = disk();
  auto empty = known;
  empty.size_sectors = 0;
  CHECK(rate_path(unit, detecting(), inquiry(scsi::Tpgs::none), MayBeRdac::yes, std::nullopt, empty,
                  limit)
            .checked.state == CheckerState::ghost);
}

TEST_CASE("weightedpath serial reads the serial number unless the kernel has it") {
  auto settings = detecting();
  settings.prioritizer.value = PrioritizerKind::weightedpath;
  settings.prioritizer_arguments.value = "serial S1 7 S2 9";
  auto unit = disk();
  CHECK(rate_path(unit, settings, inquiry(scsi::Tpgs::none), MayBeRdac::yes, std::nullopt, known,
                  limit)
            .prioritized.priority == 7);
  auto with_serial = known;
  with_serial.serial = "S2";
  CHECK(rate_path(unit, settings, inquiry(scsi::Tpgs::none), MayBeRdac::yes, std::nullopt,
                  with_serial, limit)
            .prioritized.priority == 9);
}

TEST_CASE("what is known of a path comes from sysfs") {
  Disk disk;
  disk.path.kname = "sda";
  disk.path.address = known.address;
  disk.path.size_sectors = 7;
  disk.sysfs = "devices/host1/rport-1:0-4/target1:0:0/1:0:0:3/block/sda";
  tests::MemoryTree sys;
  sys.file("class/fc_remote_ports/rport-1:0-4/node_name", "0x20\n");
  sys.file(disk.sysfs + "/device/access_state", "standby\n");
  std::get<ScsiPath>(disk.path.transport).hardware_handler = "alua";
  const auto found = know_path(sys, disk, WeightFacts::read);
  CHECK(found.world_wide_names == "[undef]:[undef]:0x20:[undef]");
  CHECK(found.kernel_state->state == "standby");
  CHECK(found.size_sectors == 7);
  CHECK_FALSE(found.serial);
  CHECK(know_path(sys, disk, WeightFacts::leave).world_wide_names.empty());
}
