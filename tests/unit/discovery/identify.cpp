#include "multipath/discovery/identify.h"

#include <cerrno>
#include <variant>

#include <doctest/doctest.h>

#include "tests/support/contains.h"
#include "tests/support/fake_host.h"
#include "tests/support/scsi_bytes.h"

using namespace multipath;
using scsi::AccessState;
using scsi::Delivery;
using scsi::DesignatorType;
using scsi::SenseKey;
using tests::bytes;
using tests::contains;
using tests::DiskState;
using tests::FakeHost;
using tests::FakeUnit;

namespace {

constexpr std::chrono::milliseconds long_enough{60'000};

std::vector<Path> identify_all(FakeHost& world,
                               const DiscoveryOptions& options = {.deadline = long_enough}) {
  auto disks = enumerate_disks(world.sys, std::nullopt);
  find_sg_nodes(world.sys, disks);
  for (Disk& disk : disks) describe(world.sys, disk);
  identify(world.sys, world.scsi, built_in_hardware(), options, disks);
  std::vector<Path> paths;
  for (Disk& disk : disks) paths.push_back(std::move(disk.path));
  return paths;
}

/// The one path of a host with that unit.
Path identified(const FakeUnit& unit, const DiskState& state = {}) {
  FakeHost world;
  world.add_disk("sda", "1:0:0:0", {8, 0}, unit, state);
  return identify_all(world, {.deadline = long_enough}).at(0);
}

/// A unit that says so in its INQUIRY data, and is unit 1 by its page 0x83.
struct Words {
  const char* vendor = "LIO-ORG";
  const char* product = "block";
  int peripheral_type = 0;
  int peripheral_qualifier = 0;
  scsi::Tpgs tpgs = scsi::Tpgs::none;
};
FakeUnit with_inquiry(const Words& words) {
  scsi::StandardInquiry inquiry;
  inquiry.vendor = words.vendor;
  inquiry.product = words.product;
  inquiry.revision = "4.0";
  inquiry.peripheral_type = static_cast<std::uint8_t>(words.peripheral_type);
  inquiry.peripheral_qualifier = static_cast<std::uint8_t>(words.peripheral_qualifier);
  inquiry.tpgs = words.tpgs;
  FakeUnit unit = tests::lio_disk(1);
  unit.inquiry = tests::encode(inquiry);
  return unit;
}

/// A unit that stands behind target port group 5, with that group in that state.
FakeUnit alua_disk(AccessState state, bool preferred = false) {
  FakeUnit unit = with_inquiry({.tpgs = scsi::Tpgs::implicit});
  auto port_group = tests::designator(DesignatorType::target_port_group, bytes({0, 0, 0, 5}));
  port_group.association = scsi::Association::target_port;
  const auto page = scsi::decode_device_identification(unit.pages[0x83]);
  unit.pages[0x83] = tests::device_identification_page({page->designators.front(), port_group});
  unit.target_port_groups = tests::target_port_groups_data(
      {{.id = 4, .state = AccessState::standby, .relative_ports = {1}},
       {.id = 5, .state = state, .preferred = preferred, .relative_ports = {2}}});
  return unit;
}

FakeUnit not_ready(scsi::Response response) {
  FakeUnit unit = tests::lio_disk(1);
  unit.test_unit_ready = std::move(response);
  return unit;
}

}  // namespace

TEST_CASE("a listed unit is identified by page 0x83, and works") {
  const Path path = identified(tests::lio_disk(7));
  CHECK(path.answered);
  CHECK(path.wwid == tests::wwid_of_unit(7));
  CHECK(path.identity_source == IdentitySource::page_83);
  CHECK(path.checker_state == CheckerState::ready);
  CHECK(path.priority == 1);
  CHECK(path.vendor == "Linux");
  CHECK(path.product == "scsi_debug");
  CHECK(path.revision == "0001");
  CHECK(path.trouble.empty());
}

TEST_CASE("a disk without an sg node is queried through its block node") {
  CHECK(identified(tests::lio_disk(7), {.sg_node = false}).wwid == tests::wwid_of_unit(7));
}

TEST_CASE("unlisted hardware is identified by page 0x83 and marked") {
  const Path path = identified(with_inquiry({.vendor = "ACME", .product = "Disk"}));
  CHECK(path.answered);
  CHECK_FALSE(path.excluded);
  CHECK(path.vendor == "ACME");
  CHECK(path.wwid == tests::wwid_of_unit(1));
  CHECK(path.trouble.empty());
  CHECK(path.recognition == Recognition::agreed_naa);
  CHECK(identified(tests::lio_disk(1)).recognition == Recognition::listed);
}

TEST_CASE("only an agreed NAA 5 or NAA 6 designator admits unlisted hardware") {
  const auto recognition = [](const std::vector<std::uint8_t>& page) {
    FakeUnit unit = with_inquiry({.vendor = "ACME", .product = "Disk"});
    unit.pages[0x83] = tests::vpd_page(0x83, page);
    const Path live = identified(unit);
    const Path silent = identified(unit, {.state = "offline"});
    CHECK(live.wwid == silent.wwid);
    CHECK(live.recognition == silent.recognition);
    return live.recognition;
  };
  const auto naa = [](std::uint8_t first, std::uint8_t length) {
    std::vector<std::uint8_t> designator{0x01, 0x03, 0x00, length, first};
    designator.resize(4U + length, 0x11);
    return designator;
  };
  CHECK(recognition(naa(0x60, 16)) == Recognition::agreed_naa);
  CHECK(recognition(naa(0x50, 8)) == Recognition::agreed_naa);
  CHECK(recognition(naa(0x20, 8)) == Recognition::unlisted);
  CHECK(recognition(naa(0x30, 8)) == Recognition::unlisted);
  CHECK(recognition(naa(0xd0, 8)) == Recognition::unlisted);
  // scsi_id and the rules of sg3-utils take the NAA 6 that is too short, and name another unit.
  std::vector<std::uint8_t> two = naa(0x60, 8);
  const auto second = naa(0x50, 8);
  two.insert(two.end(), second.begin(), second.end());
  CHECK(recognition(two) == Recognition::unlisted);
  CHECK(recognition({0x01, 0x02, 0x00, 0x08, 1, 2, 3, 4, 5, 6, 7, 8}) == Recognition::unlisted);
}

TEST_CASE("one unlisted disk does not stop the others") {
  FakeHost world;
  world.add_disk("sda", "1:0:0:0", {8, 0}, with_inquiry({.vendor = "ACME", .product = "Disk"}));
  world.add_path("sdb", "2:0:0:0", 2);
  const auto paths = identify_all(world);
  CHECK(paths[0].recognition == Recognition::agreed_naa);
  CHECK(paths[1].recognition == Recognition::listed);
  CHECK(paths[1].wwid == tests::wwid_of_unit(2));
}

TEST_CASE("a row with never excludes the disk, whatever its designators") {
  for (const auto& [vendor, product] : {std::pair{"ATA", "WDC WD10"},
                                        {"DGC", "LUNZ"},
                                        {"SUN", "Universal Xport"},
                                        {"DELL", "PERC H710"}}) {
    const Path path = identified(with_inquiry({.vendor = vendor, .product = product}));
    CHECK_FALSE(path.wwid);
    CHECK(path.excluded);
    CHECK_FALSE(path.trouble.empty());
  }
}

TEST_CASE("only direct access and zoned disks are paths") {
  for (const int type : {0x00, 0x14}) {
    const Path path = identified(with_inquiry({.peripheral_type = type}));
    CHECK(path.wwid);
    CHECK(std::get<ScsiPath>(path.transport).peripheral_type == type);
  }
  for (const int type : {0x01, 0x05, 0x07, 0x0c, 0x0d, 0x11, 0x1e, 0x1f}) {
    const Path path = identified(with_inquiry({.peripheral_type = type}));
    CHECK_FALSE(path.wwid);
    CHECK(path.excluded);
    CHECK(contains(path.trouble, "not a disk"));
  }
}

TEST_CASE("a LUN without a unit is not a path") {
  for (const int qualifier : {1, 3}) {
    const Path path = identified(with_inquiry({.peripheral_qualifier = qualifier}));
    CHECK_FALSE(path.wwid);
    CHECK(path.excluded);
    CHECK(contains(path.trouble, "no logical unit is connected"));
  }
}

TEST_CASE("an offline disk is not queried; its identity is the cached one") {
  FakeHost world;
  FakeUnit& unit = world.add_path("sda", "1:0:0:0", 3, {.state = "offline"});
  const Path path = identify_all(world).at(0);
  CHECK(unit.journal.empty());
  CHECK_FALSE(path.answered);
  CHECK(path.wwid == tests::wwid_of_unit(3));
  CHECK(path.identity_source == IdentitySource::kernel_cache);
  CHECK(path.checker_state == CheckerState::faulty);
  CHECK(path.vendor == "Linux");
  CHECK(path.trouble.starts_with("its kernel state is offline; once the fault is repaired"));
}

TEST_CASE("only running disks are queried") {
  for (const char* state : {"blocked", "transport-offline", "quiesce", "cancel", "deleted",
                            "created", "created-blocked", "nonsense"}) {
    FakeHost world;
    FakeUnit& unit = world.add_path("sda", "1:0:0:0", 3, {.state = state});
    CHECK(identify_all(world).at(0).checker_state == CheckerState::faulty);
    CHECK(unit.journal.empty());
  }
}

TEST_CASE("disks of a host in error recovery are not queried") {
  FakeHost world;
  FakeUnit& dead = world.add_path("sda", "1:0:0:0", 3);
  world.add_path("sdb", "2:0:0:0", 3);
  world.sys.file("devices/pci0000:00/0000:00:05.0/host1/scsi_host/host1/state", "recovery\n");
  const auto paths = identify_all(world);
  CHECK(dead.journal.empty());
  CHECK(paths[0].trouble == "host1 is in error recovery");
  CHECK(paths[0].wwid == tests::wwid_of_unit(3));
  CHECK(paths[0].identity_source == IdentitySource::kernel_cache);
  CHECK(paths[1].identity_source == IdentitySource::page_83);
}

TEST_CASE("a hung device costs its deadline but no other answer") {
  FakeHost world;
  world.add_path("sda", "1:0:0:0", 1).delay = world.hang.delay();
  world.add_path("sdb", "2:0:0:0", 2);
  world.add_path("sdc", "3:0:0:0", 3).delay = world.hang.delay();
  const auto paths = identify_all(world, {.deadline = std::chrono::milliseconds(250)});
  CHECK(paths[1].answered);
  CHECK(paths[1].wwid == tests::wwid_of_unit(2));
  for (const Path* hung : {&paths[0], &paths[2]}) {
    CHECK_FALSE(hung->answered);
    CHECK(hung->checker_state == CheckerState::faulty);
    CHECK(hung->trouble == "no answer within 0.25 s");
    CHECK(hung->identity_source == IdentitySource::kernel_cache);
  }
  CHECK(paths[0].wwid == tests::wwid_of_unit(1));
}

TEST_CASE("the kernel's cache gives no WWID to hardware that would get none") {
  FakeHost world;
  world.add_disk("sdb", "1:0:0:1", {8, 16}, with_inquiry({.vendor = "ATA", .product = "Disk"}),
                 {.state = "offline"});
  for (const Path& path : identify_all(world)) {
    CHECK_FALSE(path.wwid);
    CHECK(path.identity_source == IdentitySource::none);
    CHECK(path.trouble.starts_with("its kernel state is offline; once the fault is repaired"));
  }
}

TEST_CASE("a broken cache is ignored") {
  const std::string device = FakeHost::scsi_device_folder("1:0:0:0");
  for (const char* attribute : {"/inquiry", "/vpd_pg83"}) {
    FakeHost world;
    world.add_path("sda", "1:0:0:0", 3, {.state = "offline"});
    SUBCASE("short") { world.sys.file(device + attribute, std::string("\0\x83\0", 3)); }
    SUBCASE("empty") { world.sys.file(device + attribute, ""); }
    SUBCASE("silent") { world.sys.silent_file(device + attribute); }
    SUBCASE("gone") { world.sys.remove(device + attribute); }
    CHECK_FALSE(identify_all(world).at(0).wwid);
  }
}

TEST_CASE("an answering path that is down has its checker's reason") {
  const Path down =
      identified(not_ready(tests::check_condition(tests::fixed_sense(SenseKey::not_ready, 0x3a))));
  CHECK(down.answered);
  CHECK(down.checker_state == CheckerState::faulty);
  CHECK(contains(down.trouble, "TEST UNIT READY: "));
  const Path ghost = identified(
      not_ready(tests::check_condition(tests::fixed_sense(SenseKey::not_ready, 0x04, 0x0b))));
  CHECK(ghost.checker_state == CheckerState::ghost);
  CHECK(ghost.trouble.empty());
}

TEST_CASE("a dead path has the reason of the delivery failure") {
  FakeUnit unit = tests::lio_disk(4);
  const auto trouble_with = [&](const scsi::Response& response) {
    unit.always = response;
    const Path path = identified(unit);
    CHECK_FALSE(path.answered);
    CHECK(path.checker_state == CheckerState::faulty);
    CHECK(path.wwid == tests::wwid_of_unit(4));
    CHECK(path.identity_source == IdentitySource::kernel_cache);
    return path.trouble;
  };
  CHECK(trouble_with(tests::not_delivered(Delivery::timed_out)) == "INQUIRY: time-out");
  CHECK(trouble_with(tests::not_delivered(Delivery::no_connection, 1)) ==
        "INQUIRY: no connection to the target");
  CHECK(contains(trouble_with(tests::not_delivered(Delivery::transport_error, 0x0f)),
                 "DID_TRANSPORT_FAILFAST"));
  CHECK(contains(trouble_with(tests::check_condition(tests::fixed_sense(SenseKey::hardware_error))),
                 "hardware error"));
}

TEST_CASE("a node that cannot be opened is a dead path") {
  FakeHost world;
  world.add_path("sda", "1:0:0:0", 1);
  world.add_path("sdb", "2:0:0:0", 2);
  world.scsi.units.erase("sg0");
  const auto paths = identify_all(world);
  CHECK(contains(paths[0].trouble, "open sg0"));
  CHECK(paths[0].checker_state == CheckerState::faulty);
  CHECK(paths[0].identity_source == IdentitySource::kernel_cache);
  CHECK(paths[1].wwid == tests::wwid_of_unit(2));
}

TEST_CASE("a short answer is never read as zeros") {
  for (std::size_t limit = 0; limit < 36; ++limit) {
    FakeUnit unit = tests::lio_disk(4);
    unit.transfer_limit = limit;
    const Path path = identified(unit);
    CHECK_FALSE(path.answered);
    CHECK(path.identity_source == IdentitySource::kernel_cache);
    CHECK(contains(path.trouble, "INQUIRY: "));
  }
}

TEST_CASE("a truncated page 0x83 gives no WWID") {
  const auto page = tests::lio_disk(4).pages[0x83];
  for (std::size_t size = 0; size < page.size(); ++size) {
    FakeUnit unit = tests::lio_disk(4);
    unit.pages[0x83].resize(size);
    const Path path = identified(unit);
    CHECK_FALSE(path.wwid);
    CHECK_FALSE(path.trouble.empty());
  }
}

TEST_CASE("another page's data gives no WWID") {
  FakeUnit unit = tests::lio_disk(4);
  unit.pages[0x83][1] = 0x80;
  const Path path = identified(unit);
  CHECK_FALSE(path.wwid);
  CHECK(contains(path.trouble, "page 0x80 when asked for 0x83"));
}

TEST_CASE("a unit without page 0x83 is reported") {
  FakeUnit unit = tests::lio_disk(4);
  unit.pages.erase(0x83);
  const Path path = identified(unit);
  CHECK(path.answered);
  CHECK_FALSE(path.wwid);
  CHECK(contains(path.trouble, "page 0x83: illegal request 24/00"));
}

TEST_CASE("a few UNIT ATTENTIONs are retried") {
  FakeUnit unit = tests::lio_disk(4);
  unit.unit_attentions = scsi::unit_attention_retries;
  CHECK(identified(unit).wwid == tests::wwid_of_unit(4));
}

TEST_CASE("endless UNIT ATTENTION ends") {
  FakeUnit unit = tests::lio_disk(4);
  unit.unit_attentions = 1'000'000;
  const Path path = identified(unit);
  CHECK_FALSE(path.answered);
  CHECK(contains(path.trouble, "unit attention"));
}

TEST_CASE("a path that dies between INQUIRY and page 0x83 is a silent one") {
  // It may be in a map: as one that "answered" without an identity it would fall out of it.
  for (const auto& death :
       {tests::not_delivered(Delivery::timed_out), tests::not_delivered(Delivery::no_connection, 1),
        tests::check_condition(tests::fixed_sense(SenseKey::unit_attention, 0x29)),
        tests::check_condition(tests::fixed_sense(SenseKey::hardware_error, 0x44))}) {
    FakeHost world;
    FakeUnit& unit = world.add_path("sda", "1:0:0:0", 4);
    unit.after = {1, death};
    const Path path = identify_all(world).at(0);
    CHECK_FALSE(path.answered);
    CHECK(path.checker_state == CheckerState::faulty);
    CHECK(path.wwid == tests::wwid_of_unit(4));
    CHECK(path.identity_source == IdentitySource::kernel_cache);
    CHECK(contains(path.trouble, "page 0x83: "));
  }
}

TEST_CASE("the priority is that of the port group that sent the page") {
  CHECK(identified(alua_disk(AccessState::active_optimized)).priority == 50);
  CHECK(identified(alua_disk(AccessState::active_non_optimized)).priority == 10);
  CHECK(identified(alua_disk(AccessState::active_non_optimized, true)).priority == 90);
  CHECK(identified(alua_disk(AccessState::standby)).priority == 1);
}

TEST_CASE("alua priorities are multipath-tools'") {
  struct Row {
    AccessState state;
    int plain;
    int preferred;
  };
  for (const Row& row : {Row{AccessState::active_optimized, 50, 50},
                         {AccessState::active_non_optimized, 10, 90},
                         {AccessState::lba_dependent, 5, 85},
                         {AccessState::standby, 1, 81},
                         {AccessState::unavailable, 0, 80},
                         {AccessState::offline, 0, 80},
                         {AccessState::transitioning, 0, 80}}) {
    CHECK(identified(alua_disk(row.state, false)).priority == row.plain);
    CHECK(identified(alua_disk(row.state, true)).priority == row.preferred);
  }
}

TEST_CASE("without readable port groups the priority is constant") {
  FakeUnit unit = alua_disk(AccessState::active_optimized);
  SUBCASE("no REPORT TARGET PORT GROUPS") { unit.target_port_groups.reset(); }
  SUBCASE("cut short") { unit.target_port_groups->resize(9); }
  SUBCASE("another group") {
    unit.target_port_groups = tests::target_port_groups_data(
        {{.id = 9, .state = AccessState::standby, .relative_ports = {1}}});
  }
  SUBCASE("no port group designator") { unit.pages[0x83] = tests::lio_disk(1).pages[0x83]; }
  const Path path = identified(unit);
  CHECK(path.priority == 1);
  CHECK(path.wwid == tests::wwid_of_unit(1));
}

TEST_CASE("TEST UNIT READY decides on the checker's state") {
  using tests::check_condition;
  using tests::fixed_sense;
  struct Row {
    scsi::Response response;
    CheckerState state;
  };
  scsi::Response reserved;
  reserved.status = scsi::Status::reservation_conflict;
  scsi::Response busy;
  busy.status = scsi::Status::busy;
  for (const Row& row :
       {Row{{}, CheckerState::ready},
        {reserved, CheckerState::ready},
        {check_condition(fixed_sense(SenseKey::recovered_error)), CheckerState::ready},
        {check_condition(fixed_sense(SenseKey::not_ready, 0x04, 0x0b)), CheckerState::ghost},
        {check_condition(fixed_sense(SenseKey::not_ready, 0x04, 0x0a)), CheckerState::pending},
        {check_condition(fixed_sense(SenseKey::not_ready, 0x04, 0x0c)), CheckerState::faulty},
        {check_condition(fixed_sense(SenseKey::not_ready, 0x3a)), CheckerState::faulty},
        {check_condition(fixed_sense(SenseKey::illegal_request, 0x25)), CheckerState::disconnected},
        {check_condition(fixed_sense(SenseKey::unit_attention, 0x29)), CheckerState::faulty},
        {check_condition({}), CheckerState::faulty},
        {busy, CheckerState::faulty},
        {tests::not_delivered(Delivery::timed_out), CheckerState::faulty}}) {
    const Path path = identified(not_ready(row.response));
    CHECK(path.checker_state == row.state);
    CHECK(path.answered);
    CHECK(path.wwid == tests::wwid_of_unit(1));
  }
}

TEST_CASE("listed hardware without rdac in its row is not queried for supported pages") {
  const auto queries_of = [](const FakeUnit& unit) {
    FakeHost world;
    world.add_disk("sda", "1:0:0:0", {8, 0}, unit);
    REQUIRE(identify_all(world).at(0).wwid);
    std::size_t supported_pages = 0;
    const auto& journal = world.scsi.units.at("sg0").journal;
    for (const scsi::Command& command : journal) {
      const bool is_vpd = command.cdb[0] == 0x12 && (command.cdb[1] & 1U) != 0;
      if (is_vpd && command.cdb[2] == 0x00) ++supported_pages;
    }
    return std::pair(journal.size(), supported_pages);
  };
  // INQUIRY, page 0x83, TEST UNIT READY
  CHECK(queries_of(with_inquiry({.vendor = "3PARdata", .product = "VV"})) == std::pair(3UL, 0UL));
  CHECK(queries_of(with_inquiry({.vendor = "ACME", .product = "Disk"})) == std::pair(4UL, 1UL));
}

TEST_CASE("hardware identified by serial number is not asked for page 0x83") {
  constexpr HardwareEntry by_serial[] = {{"^Linux$", "", Identification::page_80}};
  FakeHost world;
  FakeUnit& unit = world.add_path("sda", "1:0:0:0", 5);
  world.add_path("sdb", "2:0:0:0", 5, {.state = "offline"});
  auto disks = enumerate_disks(world.sys, std::nullopt);
  find_sg_nodes(world.sys, disks);
  for (Disk& disk : disks) describe(world.sys, disk);
  identify(world.sys, world.scsi, by_serial, {.deadline = long_enough}, disks);
  REQUIRE(disks[0].path.wwid);
  CHECK(disks[0].path.wwid->text() == "SLinux_scsi_debug_serial5");
  CHECK(disks[0].path.identity_source == IdentitySource::page_80);
  for (const scsi::Command& command : unit.journal)
    CHECK_FALSE((command.cdb[0] == 0x12 && command.cdb[2] == 0x83));
  // The kernel caches page 0x83 here: that would be another name for the same unit.
  CHECK_FALSE(disks[1].path.wwid);
}

TEST_CASE("a serial number of zeros identifies nothing") {
  constexpr HardwareEntry by_serial[] = {{"^Linux$", "", Identification::page_80}};
  FakeHost world;
  world.add_path("sda", "1:0:0:0", 5).pages[0x80] = tests::vpd_page(0x80, bytes("0000"));
  auto disks = enumerate_disks(world.sys, std::nullopt);
  find_sg_nodes(world.sys, disks);
  describe(world.sys, disks[0]);
  identify(world.sys, world.scsi, by_serial, {.deadline = long_enough}, disks);
  CHECK_FALSE(disks[0].path.wwid);
  CHECK(contains(disks[0].path.trouble, "zeros"));
}

TEST_CASE("a path is checked and rated by what its hardware's section sets") {
  FakeHost world;
  FakeUnit unit = tests::lio_disk(1);
  unit.ready = false;
  world.add_disk("sda", "1:0:0:7", {8, 0}, unit);
  const auto configured = Configuration::load(std::vector{ConfigurationText{
      "f",
      "devices {\n device {\n vendor Linux\n product scsi_debug\n path_checker none\n detect_prio "
      "no\n prio weightedpath\n prio_args \"hbtl 1:.:.:7 42\"\n }\n}\n"}});
  REQUIRE(configured);
  DiscoveryOptions discovery_options{.deadline = long_enough};
  discovery_options.configuration = *configured;
  const Path path = identify_all(world, discovery_options).at(0);
  CHECK(path.checker_state == CheckerState::ready);
  CHECK(path.priority == 42);
}
