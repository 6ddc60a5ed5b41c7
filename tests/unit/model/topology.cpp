#include "multipath/model/topology.h"

#include <doctest/doctest.h>

using namespace multipath;

namespace {

Path disk(const std::string& kname, std::uint32_t minor, std::optional<int> priority) {
  Path path;
  path.kname = kname;
  path.number = {.major = 8, .minor = minor};
  path.address = {.host = minor, .channel = 0, .target = 0, .lun = 1};
  path.state = DeviceState::running;
  path.checker_state = CheckerState::ready;
  path.vendor = "PURE";
  path.product = "FlashArray";
  path.priority = priority;
  return path;
}

CurrentMap current_map() {
  CurrentMap map;
  map.name = "mpatha";
  map.uuid = "mpath-3600";
  map.number = {.major = 253, .minor = 3};
  map.size_sectors = 2048;
  map.table = *parse_multipath_table(
      "1 queue_if_no_path 1 alua 2 1 service-time 0 2 2 8:16 1 1 8:32 1 1 service-time 0 1 2 8:48 "
      "1 1");
  map.status = *parse_multipath_status(
      "2 0 0 0 2 1 A 0 2 2 8:16 A 0 0 1 8:32 F 1 0 1 E 0 1 2 8:48 A 0 0 1 ");
  return map;
}

}  // namespace

TEST_CASE("a planned map has no device and no dm states") {
  const Map map{.wwid = *Wwid::from_text("3600"),
                .name = "mpatha",
                .size_sectors = 2048,
                .features = {"pg_init_retries", "50"},
                .hardware_handler = {},
                .selector_arguments = {},
                .groups = {{.paths = {disk("sdb", 16, 50)}, .priority = 50}}};
  const auto topology = topology_of(map);
  CHECK(topology.action.empty());
  CHECK(!topology.kname);
  CHECK(topology.wwid == "3600");
  CHECK(topology.vendor == "PURE");
  CHECK(topology.features == "2 pg_init_retries 50");
  CHECK(topology.hardware_handler == "0");
  CHECK(topology.write_protection == WriteProtection::undef);
  REQUIRE(topology.groups.size() == 1);
  CHECK(topology.groups[0].selector == "service-time 0");
  CHECK(topology.groups[0].status == GroupStatus::undef);
  CHECK(topology.groups[0].paths[0].dm_state == PathDmState::undef);
  CHECK(topology.groups[0].paths[0].priority == 50);
}

TEST_CASE("a map of the kernel is shown with what the host knows of its paths") {
  const std::vector<Path> paths = {disk("sdb", 16, 10), disk("sdc", 32, 50),
                                   disk("sdd", 48, std::nullopt)};
  const auto topology = topology_of(current_map(), paths);
  CHECK(topology.kname == "dm-3");
  CHECK(topology.wwid == "3600");
  CHECK(topology.product == "FlashArray");
  CHECK(topology.features == "1 queue_if_no_path");
  CHECK(topology.hardware_handler == "1 alua");
  CHECK(topology.write_protection == WriteProtection::read_write);
  REQUIRE(topology.groups.size() == 2);
  CHECK(topology.groups[0].status == GroupStatus::active);
  CHECK(topology.groups[0].priority == 30);
  CHECK(topology.groups[1].priority == 0);
  CHECK(topology.groups[0].paths[1].kname == "sdc");
  CHECK(topology.groups[0].paths[1].dm_state == PathDmState::failed);
  CHECK(topology.groups[1].paths[0].dm_state == PathDmState::active);
}

TEST_CASE("a path that the host no longer has is shown by its number") {
  const auto topology = topology_of(current_map(), {});
  CHECK(topology.vendor.empty());
  const auto& path = topology.groups[0].paths[0];
  CHECK(path.kname.empty());
  CHECK(!path.address);
  CHECK(path.number == DeviceNumber{.major = 8, .minor = 16});
  CHECK(path.dm_state == PathDmState::active);
  CHECK(path.device_state == DeviceState::unknown);
}

TEST_CASE("a map whose status does not fit its table shows what fits") {
  auto map = current_map();
  map.status = *parse_multipath_status("2 0 0 0 1 1 A 0 1 0 8:99 A 0");
  const auto topology = topology_of(map, {});
  CHECK(topology.groups[0].status == GroupStatus::active);
  CHECK(topology.groups[0].paths[0].dm_state == PathDmState::undef);
  CHECK(topology.groups[1].status == GroupStatus::undef);
}

TEST_CASE("a map without a status or a table is shown") {
  auto map = current_map();
  map.status.reset();
  CHECK(topology_of(map, {}).groups[0].status == GroupStatus::undef);
  map.table = {};
  map.has_live_table = false;
  CHECK(topology_of(map, {}).groups.empty());
  CHECK(topology_of(map, {}).features == "0");
}

TEST_CASE("a group's priority is the mean of its working paths'") {
  std::vector<Path> paths = {disk("sdb", 16, 50), disk("sdc", 32, 10)};
  const auto priority = [&] { return topology_of(current_map(), paths).groups[0].priority; };
  CHECK(priority() == 30);
  paths[1].checker_state = CheckerState::ghost;
  CHECK(priority() == 30);
  paths[0].checker_state = CheckerState::faulty;
  CHECK(priority() == 10);
  paths[1].checker_state = CheckerState::undef;
  CHECK(priority() == 0);
}

TEST_CASE("a path with unknown priority does not count for its group") {
  const std::vector<Path> paths = {disk("sdb", 16, std::nullopt), disk("sdc", 32, 10)};
  CHECK(topology_of(current_map(), paths).groups[0].priority == 10);
}

TEST_CASE("a map that is to be reloaded is shown with the states its paths have now") {
  Map map{.wwid = *Wwid::from_text("3600"),
          .name = "mpatha",
          .size_sectors = 2048,
          .features = {},
          .hardware_handler = {},
          .selector_arguments = {},
          .groups = {{.paths = {disk("sdd", 48, 50), disk("sdc", 32, 50), disk("sde", 64, 50)},
                      .priority = 50}}};
  const auto topology = topology_of(map, current_map());
  CHECK(!topology.kname);
  CHECK(topology.write_protection == WriteProtection::undef);
  CHECK(topology.groups[0].status == GroupStatus::undef);
  CHECK(topology.groups[0].paths[0].dm_state == PathDmState::active);
  CHECK(topology.groups[0].paths[1].dm_state == PathDmState::failed);
  CHECK(topology.groups[0].paths[2].dm_state == PathDmState::undef);
}

TEST_CASE("the hardware is that of the first path with one") {
  auto silent = disk("sdb", 16, 1);
  silent.vendor.clear();
  silent.product.clear();
  const std::vector<Path> paths = {silent, disk("sdc", 32, 1)};
  CHECK(topology_of(current_map(), paths).vendor == "PURE");
}
