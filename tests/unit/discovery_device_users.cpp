#include <doctest/doctest.h>

#include "multipath/discovery/device_users.h"
#include "tests/support/fake_host.h"

using namespace multipath;
using tests::FakeHost;
using Users = std::vector<std::string>;

namespace {

constexpr DeviceNumber number{253, 0};

void add_dm(FakeHost& world) {
  world.device_mapper.put(
      {"mpatha", "mpath-3600", {{0, 8, "linear", "8:0 0"}}, dm::Access::read_write});
  world.show_maps();
}

}  // namespace

TEST_CASE("a device that nobody is seen on has no users") {
  FakeHost world;
  CHECK(users_of(world.host(), number).empty());
  add_dm(world);
  CHECK(users_of(world.host(), number).empty());
}

TEST_CASE("mounts are found by number, whatever the source is called") {
  FakeHost world;
  add_dm(world);
  world.proc.file("self/mountinfo",
                  "22 1 8:2 / / rw - ext4 /dev/sda2 rw\n"
                  "30 22 253:0 / /data rw - ext4 /dev/mapper/mpatha rw\n"
                  "31 22 253:0 /sub /srv rw shared:1 - ext4 /dev/dm-0 rw\n"
                  "32 22 253:01 / /no rw - ext4 x rw\n"
                  "short line\n");
  CHECK(users_of(world.host(), number) == Users{"mounted on /data", "mounted on /srv"});
}

TEST_CASE("swap is found by the node") {
  FakeHost world;
  add_dm(world);
  world.proc.file("swaps",
                  "Filename\tType\tSize\tUsed\tPriority\n"
                  "/dev/dm-0                               partition\t1048572\t0\t-2\n"
                  "/dev/dm-01                              partition\t1048572\t0\t-3\n");
  CHECK(users_of(world.host(), number) == Users{"swap"});
}

TEST_CASE("holders are named with their map's name, in natural order") {
  FakeHost world;
  add_dm(world);
  const std::string folder = "devices/virtual/block/dm-0/holders/";
  for (const char* holder : {"md0", "dm-10", "dm-2"})
    world.sys.link(folder + holder, std::string("../../") + holder);
  world.sys.file("devices/virtual/block/dm-2/dm/name", "vg0-data\n");
  world.sys.link("class/block/dm-2", "../../devices/virtual/block/dm-2");
  CHECK(users_of(world.host(), number) ==
        Users{"held by dm-2 (vg0-data)", "held by dm-10", "held by md0"});
}
