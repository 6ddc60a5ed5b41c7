#include "multipath/discovery/discover.h"

#include <cerrno>
#include <variant>

#include <doctest/doctest.h>

#include "tests/support/fake_host.h"

using namespace multipath;
using tests::DiskState;
using tests::FakeHost;

namespace {

const DiscoveryOptions discovery_options{.deadline = std::chrono::milliseconds(60'000)};

/// Unit 1 behind sda and sdb, as map "mpatha" of both.
void add_map(
    FakeHost& world, const char* name = "mpatha", int unit = 1,
    const char* parameters = "0 0 2 1 service-time 0 1 1 8:0 1 service-time 0 1 1 8:16 1") {
  world.device_mapper.put({name,
                           map_uuid(tests::wwid_of_unit(unit)),
                           {{0, 2048, "multipath", parameters}},
                           dm::Access::read_write});
}

Discovery discover_all(FakeHost& world, NeedDeviceMapper need = NeedDeviceMapper::yes) {
  return discover(world.host(), built_in_hardware(), discovery_options, need);
}

Discovery discover_map(FakeHost& world, Depth depth, const std::string& name = "mpatha") {
  return discover_maps(world.host(), built_in_hardware(), discovery_options, depth,
                       [&](const CurrentMap& map) { return map.name == name; });
}

}  // namespace

TEST_CASE("a host is its paths, its maps and the other device-mapper devices") {
  FakeHost world;
  world.add_path("sda", "1:0:0:0", 1);
  world.add_path("sdb", "2:0:0:0", 1);
  add_map(world);
  world.device_mapper.put(
      {"vg0-data", "LVM-1", {{0, 8, "linear", "8:32 0"}}, dm::Access::read_write});
  const Discovery host = discover_all(world);
  REQUIRE(host.paths.size() == 2);
  CHECK(host.paths[0].wwid == tests::wwid_of_unit(1));
  CHECK(host.paths[1].kname == "sdb");
  REQUIRE(host.maps.size() == 1);
  CHECK(host.maps[0].name == "mpatha");
  REQUIRE(host.other_devices.size() == 1);
  CHECK(host.other_devices[0].name == "vg0-data");
  CHECK(host.findings.empty());
}

TEST_CASE("discovery writes nothing to device-mapper") {
  FakeHost world;
  world.add_path("sda", "1:0:0:0", 1);
  world.add_path("sdb", "2:0:0:0", 1);
  add_map(world);
  discover_all(world);
  discover_map(world, Depth::ask);
  discover_map(world, Depth::recall);
  CHECK(world.device_mapper.journal().empty());
}

TEST_CASE("a silent member without a cached page keeps its map's WWID") {
  FakeHost world;
  world.add_path("sda", "1:0:0:0", 1);
  world.add_path("sdb", "2:0:0:0", 1, {.state = "offline"});
  world.sys.remove(FakeHost::scsi_device_folder("2:0:0:0") + "/vpd_pg83");
  add_map(world);
  const Discovery host = discover_all(world);
  CHECK(host.paths[1].wwid == tests::wwid_of_unit(1));
  CHECK(host.paths[1].identity_source == IdentitySource::map_uuid);
  CHECK_FALSE(host.paths[1].answered);
}

TEST_CASE("a member that answers as another unit does not keep its map's WWID") {
  FakeHost world;
  world.add_path("sda", "1:0:0:0", 1);
  world.add_path("sdb", "2:0:0:0", 2);
  add_map(world);
  CHECK(discover_all(world).paths[1].wwid == tests::wwid_of_unit(2));
}

TEST_CASE("a member that lost its identity loses its map's WWID") {
  FakeHost world;
  world.add_path("sda", "1:0:0:0", 1).pages.erase(0x83);
  add_map(world);
  CHECK_FALSE(discover_all(world).paths[0].wwid);
}

TEST_CASE("a silent disk that is in no map gets no WWID") {
  FakeHost world;
  world.add_path("sdc", "1:0:0:0", 1, {.state = "offline"});
  world.sys.remove(FakeHost::scsi_device_folder("1:0:0:0") + "/vpd_pg83");
  add_map(world);
  CHECK_FALSE(discover_all(world).paths[0].wwid);
}

TEST_CASE("the map of a path is not reported as a holder, others are") {
  FakeHost world;
  world.add_path("sda", "1:0:0:0", 1, {.holders = {"dm-0"}});
  world.add_path("sdb", "2:0:0:0", 1, {.holders = {"dm-0"}});
  world.add_path("sdc", "3:0:0:0", 1, {.partitions = {{"sdc1", {"md0"}}}});
  add_map(world);
  const Discovery host = discover_all(world);
  CHECK(host.paths[0].holders.empty());
  CHECK(host.paths[2].holders == std::vector<std::string>{"md0"});
}

TEST_CASE("the device handler of each path is known") {
  FakeHost world;
  world.add_path("sda", "1:0:0:0", 1, {.device_handler = "rdac"});
  CHECK(std::get<ScsiPath>(discover_all(world).paths[0].transport).hardware_handler == "rdac");
}

TEST_CASE("without device-mapper there are paths and a note, if maps are optional") {
  FakeHost world;
  world.add_path("sda", "1:0:0:0", 1);
  world.device_mapper.inject({.verb = "list", .error = ENODEV});
  const Discovery host = discover_all(world, NeedDeviceMapper::no);
  CHECK(host.paths.size() == 1);
  CHECK(host.maps.empty());
  REQUIRE(host.findings.size() == 1);
  CHECK(host.findings[0].severity == Finding::Severity::note);
  CHECK(host.findings[0].text.ends_with("continuing without maps"));
}

TEST_CASE("without device-mapper there is an error, if maps are required") {
  FakeHost world;
  world.device_mapper.inject({.verb = "list", .error = ENODEV});
  CHECK_THROWS_AS(discover_all(world, NeedDeviceMapper::yes), std::system_error);
}

TEST_CASE("one map is read without touching the paths of others") {
  FakeHost world;
  world.add_path("sda", "1:0:0:0", 1);
  world.add_path("sdb", "2:0:0:0", 1);
  auto& other = world.add_path("sdc", "1:0:0:1", 2);
  add_map(world);
  add_map(world, "mpathb", 2, "0 0 1 1 service-time 0 1 1 8:32 1");
  const Discovery one = discover_map(world, Depth::ask);
  CHECK(other.journal.empty());
  REQUIRE(one.maps.size() == 1);
  REQUIRE(one.paths.size() == 2);
  CHECK(one.paths[0].checker_state == CheckerState::ready);
  CHECK(one.paths[0].priority == 1);
}

TEST_CASE("recalling a map queries no path") {
  FakeHost world;
  auto& first = world.add_path("sda", "1:0:0:0", 1);
  auto& second = world.add_path("sdb", "2:0:0:0", 1, {.state = "offline"});
  add_map(world);
  const Discovery one = discover_map(world, Depth::recall);
  CHECK(first.journal.empty());
  CHECK(second.journal.empty());
  REQUIRE(one.paths.size() == 2);
  CHECK(one.paths[0].vendor == "Linux");
  CHECK(one.paths[0].checker_state == CheckerState::undef);
  CHECK(one.paths[0].trouble.empty());
  CHECK(one.paths[1].checker_state == CheckerState::faulty);
  CHECK(one.paths[1].wwid == tests::wwid_of_unit(1));
}

TEST_CASE("a map whose paths left the host is still there") {
  FakeHost world;
  add_map(world);
  const Discovery one = discover_map(world, Depth::ask);
  CHECK(one.maps.size() == 1);
  CHECK(one.paths.empty());
}
