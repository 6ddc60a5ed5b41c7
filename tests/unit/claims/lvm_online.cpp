#include "multipath/claims/lvm_online.h"

#include <doctest/doctest.h>

#include "tests/support/memory_tree.h"

using namespace multipath;

TEST_CASE("a file of pvs_online begins with the device's number and may name the group") {
  const auto pv = parse_online_pv("abc", "8:16\nvg:vg0\ndev:/dev/sdb\n");
  REQUIRE(pv);
  CHECK(*pv == OnlinePv{"abc", {8, 16}, "vg0"});
  CHECK(parse_online_pv("abc", "8:16") == OnlinePv{"abc", {8, 16}, std::nullopt});
  CHECK(parse_online_pv("abc", "8:16\n") == OnlinePv{"abc", {8, 16}, std::nullopt});
}

TEST_CASE("a pvs_online file that begins with anything else is ignored") {
  for (const char* text : {"", "\n", "8", "8:", "vg:vg0\n8:16\n", "8:16 \n", "-8:16\n"})
    CHECK_FALSE(parse_online_pv("abc", text));
}

TEST_CASE("a group name that is invalid for LVM leads to no file") {
  for (const char* name : {"", ".", "..", "../x", "a/b", "-a", "a b", "a\\b"})
    CHECK_FALSE(parse_online_pv("abc", "8:16\nvg:" + std::string(name) + "\n")->group);
  CHECK(parse_online_pv("abc", "8:16\nvg:" + std::string(127, 'x'))->group);
  CHECK_FALSE(parse_online_pv("abc", "8:16\nvg:" + std::string(128, 'x'))->group);
}

namespace {

struct World {
  tests::MemoryTree tree;
  World() {
    disk("sda", "8:0");
    disk("sda/sda1", "8:1");
    disk("sdb", "8:16");
    disk("sdc", "8:32");
    disk("dm-0", "253:0");
    disk("dm-1", "253:1");
    tree.file("devices/dm-0/slaves/sda/dev", "8:0\n");
    tree.file("devices/dm-0/slaves/sdb/dev", "8:16\n");
    tree.file("devices/dm-1/slaves/dm-0/dev", "253:0\n");
  }
  void disk(const std::string& where, const std::string& number) {
    tree.file("devices/" + where + "/dev", number + "\n");
    const std::string kname = where.substr(where.rfind('/') + 1);
    tree.link("class/block/" + kname, "../../devices/" + where);
    tree.link("dev/block/" + number, "../../devices/" + where);
  }
};

}  // namespace

TEST_CASE("the paths and their partitions are below a map and its partition maps") {
  const World world;
  const std::set<DeviceNumber> expected{{8, 0}, {8, 1}, {8, 16}};
  CHECK(paths_below(world.tree, {253, 0}).devices == expected);
  CHECK(paths_below(world.tree, {253, 1}).devices == expected);
  CHECK(paths_below(world.tree, {253, 9}).devices.empty());
  CHECK_FALSE(paths_below(world.tree, {253, 0}).volume);
}

TEST_CASE("a logical volume on a path is reported, one on the map is not") {
  World world;
  world.disk("dm-5", "253:5");
  world.tree.file("devices/dm-5/dm/uuid", "LVM-abcdef\n");
  world.tree.file("devices/dm-5/dm/name", "vg0-data\n");
  world.tree.file("devices/dm-0/holders/dm-5/dev", "253:5\n");
  CHECK_FALSE(paths_below(world.tree, {253, 0}).volume);
  world.tree.file("devices/sda/sda1/holders/dm-5/dev", "253:5\n");
  CHECK(paths_below(world.tree, {253, 0}).volume == "vg0-data");
}

TEST_CASE("only PVs seen on paths or on vanished disks are chosen") {
  const World world;
  const std::vector<OnlinePv> online{
      {"a", {8, 1}, "vg"}, {"b", {8, 32}, "vg"}, {"c", {8, 48}, std::nullopt}};
  const auto seen = seen_on(world.tree, online, {{8, 0}, {8, 1}});
  CHECK(seen == std::vector<OnlinePv>{online[0], online[2]});
}
