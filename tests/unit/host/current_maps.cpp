#include "multipath/host/current_maps.h"

#include <cerrno>

#include <doctest/doctest.h>

#include "multipath/host/memory/memory_device_mapper.h"

using namespace multipath;
using dm::MemoryDeviceMapper;

namespace {

const char* const two_paths =
    "1 queue_if_no_path 1 alua 2 1 service-time 0 1 1 8:0 1 service-time 0 1 1 8:16 1";

dm::NewMap multipath_map(const std::string& name, const std::string& uuid) {
  return {.name = name, .uuid = uuid, .table = {{0, 2048, "multipath", two_paths}}};
}

std::vector<CurrentMap> maps_of(MemoryDeviceMapper& mapper) {
  std::vector<Finding> findings;
  auto maps = read_maps(mapper, findings);
  CHECK(findings.empty());
  return maps;
}

}  // namespace

TEST_CASE("a map is read with table, status, size and number") {
  MemoryDeviceMapper mapper;
  mapper.put(multipath_map("mpatha", "mpath-3600"));
  mapper.set_open_count("mpatha", 3);
  const auto maps = maps_of(mapper);
  REQUIRE(maps.size() == 1);
  const CurrentMap& map = maps.front();
  CHECK(map.name == "mpatha");
  CHECK(map.uuid == "mpath-3600");
  CHECK(map.number == mapper.find("mpatha")->number);
  CHECK(map.size_sectors == 2048);
  CHECK(map.open_count == 3);
  CHECK(map.has_live_table);
  CHECK_FALSE(map.has_inactive_table);
  CHECK_FALSE(map.suspended);
  CHECK(map.table.groups.size() == 2);
  CHECK(map.table.features == std::vector<std::string>{"queue_if_no_path"});
  REQUIRE(map.status);
  CHECK(map.status->groups.size() == 2);
}

TEST_CASE("foreign device-mapper devices are not maps") {
  MemoryDeviceMapper mapper;
  mapper.put({"vg0-data", "LVM-abc", {{0, 2048, "linear", "8:32 0"}}, dm::Access::read_write});
  mapper.put(
      {"mpatha-part1", "part1-mpath-3600", {{0, 8, "linear", "253:0 0"}}, dm::Access::read_write});
  mapper.put({"nameless", "", {{0, 8, "linear", "253:0 0"}}, dm::Access::read_write});
  mapper.put(multipath_map("by-hand", "no-mpath-3600"));
  mapper.put(multipath_map("mpatha", "mpath-3600"));
  const auto maps = maps_of(mapper);
  REQUIRE(maps.size() == 1);
  CHECK(maps.front().name == "mpatha");
}

TEST_CASE("maps are sorted in natural order") {
  MemoryDeviceMapper mapper;
  for (const char* name : {"map10", "map2", "map1"})
    mapper.put(multipath_map(name, std::string("mpath-3") + name));
  const auto maps = maps_of(mapper);
  REQUIRE(maps.size() == 3);
  CHECK(maps[0].name == "map1");
  CHECK(maps[1].name == "map2");
  CHECK(maps[2].name == "map10");
}

TEST_CASE("a map without a live table is read") {
  MemoryDeviceMapper mapper;
  dm::MemoryMap empty;
  empty.name = "mpatha";
  empty.uuid = "mpath-3600";
  empty.suspended = true;
  mapper.put(empty);
  const auto maps = maps_of(mapper);
  REQUIRE(maps.size() == 1);
  CHECK_FALSE(maps.front().has_live_table);
  CHECK(maps.front().suspended);
  CHECK(maps.front().size_sectors == 0);
}

TEST_CASE("a read-only map and an inactive table are seen") {
  MemoryDeviceMapper mapper;
  auto map = multipath_map("mpatha", "mpath-3600");
  map.access = dm::Access::read_only;
  mapper.put(map);
  mapper.load("mpatha", map.table, dm::Access::read_only);
  const auto maps = maps_of(mapper);
  CHECK(maps.at(0).read_only);
  CHECK(maps.at(0).has_inactive_table);
}

TEST_CASE("a map with a foreign table is reported and ignored") {
  MemoryDeviceMapper mapper;
  mapper.put({"odd", "mpath-3600", {{0, 2048, "linear", "8:32 0"}}, dm::Access::read_write});
  mapper.put({"long",
              "mpath-3601",
              {{0, 8, "linear", "8:0 0"}, {8, 8, "linear", "8:16 0"}},
              dm::Access::read_write});
  std::vector<Finding> findings;
  CHECK(read_maps(mapper, findings).empty());
  REQUIRE(findings.size() == 2);
  CHECK(findings[0].subject == "long");
  CHECK(findings[1] ==
        Finding{Finding::Severity::warning, "odd",
                "its uuid is that of a multipath map but its table is not; leaving it alone"});
}

TEST_CASE("an unreadable table is reported; the other maps are read") {
  MemoryDeviceMapper mapper;
  mapper.put(
      {"broken", "mpath-3600", {{0, 2048, "multipath", "0 0 1 what"}}, dm::Access::read_write});
  mapper.put(multipath_map("mpatha", "mpath-3601"));
  std::vector<Finding> findings;
  const auto maps = read_maps(mapper, findings);
  REQUIRE(maps.size() == 1);
  CHECK(maps.front().name == "mpatha");
  REQUIRE(findings.size() == 1);
  CHECK(findings.front().subject == "broken");
  CHECK(findings.front().text.starts_with("cannot parse its table '0 0 1 what' at "));
}

TEST_CASE("an unreadable status is reported; the map is read without it") {
  MemoryDeviceMapper mapper;
  dm::MemoryMap map;
  map.name = "mpatha";
  map.uuid = "mpath-3600";
  map.live = dm::Table{{0, 2048, "multipath", two_paths}};
  map.status = dm::Table{{0, 2048, "multipath", "2 0 1 nonsense"}};
  mapper.put(map);
  std::vector<Finding> findings;
  const auto maps = read_maps(mapper, findings);
  REQUIRE(maps.size() == 1);
  CHECK_FALSE(maps.front().status);
  REQUIRE(findings.size() == 1);
  CHECK(findings.front().text.starts_with("cannot parse its status '2 0 1 nonsense' at "));
}

TEST_CASE("a kernel error for one map is reported; the others are read") {
  for (const char* verb : {"describe", "table", "status"}) {
    MemoryDeviceMapper mapper;
    mapper.put(multipath_map("mpatha", "mpath-3600"));
    mapper.put(multipath_map("mpathb", "mpath-3601"));
    mapper.inject({.verb = verb, .map = "mpatha", .error = EIO});
    std::vector<Finding> findings;
    const auto maps = read_maps(mapper, findings);
    REQUIRE(maps.size() == 1);
    CHECK(maps.front().name == "mpathb");
    REQUIRE(findings.size() == 1);
    CHECK(findings.front().subject == "mpatha");
  }
}

TEST_CASE("a failed list of maps throws") {
  MemoryDeviceMapper mapper;
  mapper.inject({.verb = "list", .error = EACCES});
  std::vector<Finding> findings;
  CHECK_THROWS_AS(read_maps(mapper, findings), std::system_error);
}
