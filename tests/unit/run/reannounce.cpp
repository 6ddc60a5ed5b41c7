#include <doctest/doctest.h>

#include "tests/support/command_run.h"
#include "tests/support/contains.h"
#include "tests/support/san.h"

using namespace multipath;
using tests::run_multipath;

namespace {

/// Unit 1's map, which stands on disks that are gone, with a partition map and a logical volume on it. udev saw both when no path
/// worked.
struct World : tests::San {
  explicit World(const std::string& paths) {
    const std::string name = tests::wwid_of_unit(1).text();
    put_map(name, 1, paths);
    const std::string number = to_string(device_mapper.find(name)->number);
    put_above(name + "-part1", "part1-" + map_uuid(tests::wwid_of_unit(1)), number);
    put_above("vg-lv", "LVM-1", number);
    show_maps();
    for (const char* above : {"dm-1", "dm-2"})
      sys.link("devices/virtual/block/dm-0/holders/" + std::string(above),
               "../../" + std::string(above));
    udev.entries[partition()] = {{"MPATH_DEVICE_READY", "0"}};
    udev.entries[device_mapper.find("vg-lv")->number] = {{"MPATH_DEVICE_READY", "0"}};
    sys.file("devices/virtual/block/dm-1/uevent", "");
    sys.file("devices/virtual/block/dm-2/uevent", "");
  }
  DeviceNumber partition() const {
    return device_mapper.find(tests::wwid_of_unit(1).text() + "-part1")->number;
  }
  std::vector<std::string> told() const {
    return {"change > dev/block/" + to_string(partition()) + "/uevent"};
  }

 private:
  void put_above(const std::string& name, const std::string& uuid, const std::string& number) {
    device_mapper.put({name, uuid, {{0, 8, "linear", number + " 64"}}, dm::Access::read_write});
  }
};

const std::string gone_paths = "1 queue_if_no_path 0 1 1 service-time 0 2 1 8:224 1 8:240 1";
const std::string dead_paths = "1 queue_if_no_path 0 1 1 service-time 0 2 1 8:0 1 8:16 1";

}  // namespace

TEST_CASE("a returning path triggers events of unready partition maps") {
  World world(gone_paths);
  REQUIRE(to_string(world.partition()) == "253:1");
  CHECK(run_multipath(world, {"event", "add", "8:0"}).status == 0);
  CHECK(world.sys_writer.journal == world.told());
}

TEST_CASE("a reinstated path triggers events of unready partition maps") {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"restore"}, {"reinstate", "sda"}, {"event", "change", "8:0"}}) {
    CAPTURE(words.front());
    World world(dead_paths);
    for (const char* message : {"fail_path 8:0", "fail_path 8:16"})
      world.device_mapper.message(tests::wwid_of_unit(1).text(), 0, message);
    CHECK(run_multipath(world, words).status == 0);
    CHECK(world.sys_writer.journal == world.told());
  }
}

TEST_CASE("partitions that udev saw ready or does not know are left alone") {
  for (const char* ready : {"1", ""}) {
    CAPTURE(ready);
    World world(gone_paths);
    world.udev.entries[world.partition()] = {{"MPATH_DEVICE_READY", ready}};
    CHECK(run_multipath(world, {"event", "add", "8:0"}).status == 0);
    CHECK(world.sys_writer.journal.empty());
  }
  World world(gone_paths);
  world.udev.entries.clear();
  CHECK(run_multipath(world, {"event", "add", "8:0"}).status == 0);
  CHECK(world.sys_writer.journal.empty());
}

TEST_CASE("without a usable path no event is sent") {
  World world(dead_paths);
  for (const char* message : {"fail_path 8:0", "fail_path 8:16"})
    world.device_mapper.message(tests::wwid_of_unit(1).text(), 0, message);
  for (const char* unit : {"sg0", "sg1"})
    world.scsi.units.at(unit).always = tests::not_delivered(scsi::Delivery::no_connection);
  CHECK(run_multipath(world, {"restore"}).status == 0);
  CHECK(world.sys_writer.journal.empty());
}
