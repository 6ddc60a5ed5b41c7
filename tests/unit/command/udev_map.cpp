#include <doctest/doctest.h>

#include "tests/support/command_run.h"

using namespace multipath;
using tests::CommandRun;
using tests::FakeHost;
using tests::run_multipath;

namespace {

const std::string wwid = tests::wwid_of_unit(1).text();
const std::string link_names =
    "DM_TYPE=scsi\nDM_SERIAL=" + wwid + "\nDM_WWN=0x" + wwid.substr(1) + "\n";

struct San : FakeHost {
  San() {
    add_path("sda", "1:0:0:1", 1);
    add_path("sdb", "2:0:0:1", 1);
    device_mapper.put(
        {"mpatha",
         map_uuid(tests::wwid_of_unit(1)),
         {{0, 2048, "multipath", "0 0 2 1 service-time 0 1 1 8:0 1 service-time 0 1 1 8:16 1"}},
         dm::Access::read_write});
    device_mapper.put({"mpatha-part1",
                       "part1-mpath-" + wwid,
                       {{0, 1024, "linear", "253:0 1024"}},
                       dm::Access::read_write});
    device_mapper.put({"other", "LVM-x", {{0, 8, "linear", "8:0 0"}}, dm::Access::read_write});
    show_maps();
    for (const char* path : {"sda", "sdb"})
      sys.link(std::string("devices/virtual/block/dm-0/slaves/") + path,
               std::string("/class/block/") + path);
  }
  std::string folder_of(const std::string& disk) const {
    return sys.read_link("class/block/" + disk)->substr(std::string("../../").size());
  }
};

}  // namespace

TEST_CASE("udev-map prints whether a map has a usable path, and its names") {
  San world;
  const CommandRun run = run_multipath(world, {"udev-map", "253:0"});
  CHECK(run.status == 0);
  CHECK(run.out == "MPATH_DEVICE_READY=1\n" + link_names);
  CHECK(run_multipath(world, {"udev-map", "mpatha"}).out == run.out);
}

TEST_CASE("udev-map knows a partition map by the map below it") {
  San world;
  world.sys.link("dev/block/253:1", "../../devices/virtual/block/dm-1");
  world.sys.file("devices/virtual/block/dm-1/slaves/dm-0/dev", "253:0\n");
  CHECK(run_multipath(world, {"udev-map", "253:1"}).out ==
        "MPATH_DEVICE_READY=1\n" + link_names + "DM_PART=1\n");
}

TEST_CASE("udev-map: a map without running paths is not ready but keeps its names") {
  San world;
  for (const char* disk : {"sda", "sdb"})
    world.sys.change(std::string("class/block/") + disk + "/device/state", "offline\n");
  const CommandRun run = run_multipath(world, {"udev-map", "253:0"});
  CHECK(run.status == 0);
  CHECK(run.out == "MPATH_DEVICE_READY=0\n" + link_names);
}

TEST_CASE("udev-map prints nothing for other devices") {
  San world;
  const CommandRun run = run_multipath(world, {"udev-map", "other"});
  CHECK(run.status == 2);
  CHECK(run.out.empty());
  for (const char* verb : {"udev-map", "forget-pvs"}) {
    for (const char* word : {"253:9", "foo", "/dev/foo"}) {
      const CommandRun missing = run_multipath(world, {verb, word});
      CHECK(missing.status == 2);
      CHECK(missing.out.empty());
      CHECK(missing.err == std::string("multipath: ") + word + ": no such device or map\n");
    }
  }
  CHECK(run_multipath(world, {"udev-map"}).status == 1);
  CHECK(run_multipath(world, {"udev-map", "a", "b"}).status == 1);
}

TEST_CASE("forget-pvs ignores a group that is active on a path") {
  San world;
  world.sys.file("class/block/dm-7/dm/uuid", "LVM-x\n");
  world.sys.file("class/block/dm-7/dm/name", "vg0-data\n");
  world.sys.file(world.folder_of("sda") + "/holders/dm-7/dev", "253:7\n");
  const CommandRun run = run_multipath(world, {"forget-pvs", "mpatha"});
  CHECK(run.status == 3);
  CHECK(run.err.find("vg0-data is active on a path") != std::string::npos);
}

TEST_CASE("forget-pvs prints exactly the PVs it released") {
  San world;
  world.state_files.files["/run/lvm/pvs_online/a"] = "8:0\nvg:group\n";
  world.state_files.files["/run/lvm/pvs_online/b"] = "253:0\n";
  world.state_files.files["/run/lvm/vgs_online/group"] = "";
  const CommandRun run = run_multipath(world, {"forget-pvs", "mpatha"});
  CHECK(run.status == 0);
  CHECK(run.out == "forgot the PV on 8:0 of group\n");
  CHECK(world.state_files.files.size() == 1);
  CHECK(world.state_files.files.contains("/run/lvm/pvs_online/b"));
}

TEST_CASE("forget-pvs releases a device's own PV only if its label is gone") {
  San world;
  world.state_files.files["/run/lvm/pvs_online/a"] = "8:0\n";
  world.state_files.files["/run/lvm/pvs_online/b"] = "253:0\n";
  CHECK(run_multipath(world, {"forget-pvs", "--itself", "8:0"}).out == "forgot the PV on 8:0\n");
  CHECK(world.state_files.journal == std::vector<std::string>{"remove /run/lvm/pvs_online/a"});
}
