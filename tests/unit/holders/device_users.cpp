#include "multipath/holders/device_users.h"

#include <algorithm>

#include <doctest/doctest.h>

#include "multipath/discovery/enumerate.h"
#include "tests/support/fake_host.h"

using namespace multipath;
using tests::FakeHost;
using Users = std::vector<std::string>;

namespace {

Users users_of(FakeHost& world, const std::string& kname = "dm-0") {
  const Host host = world.host();
  Users texts;
  for (const PathUser& user : DeviceUsers(host).of(kname)) texts.push_back(user.text);
  return texts;
}

void add_dm(FakeHost& world) {
  world.device_mapper.put(
      {"mpatha", "mpath-3600", {{0, 8, "linear", "8:0 0"}}, dm::Access::read_write});
  world.show_maps();
}

}  // namespace

TEST_CASE("an unused device has no users") {
  FakeHost world;
  CHECK(users_of(world).empty());
  add_dm(world);
  CHECK(users_of(world).empty());
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
  CHECK(users_of(world) == Users{"mounted on /data", "mounted on /srv"});
}

TEST_CASE("swap is found by the node") {
  FakeHost world;
  add_dm(world);
  world.proc.file("swaps",
                  "Filename\tType\tSize\tUsed\tPriority\n"
                  "/dev/dm-0                               partition\t1048572\t0\t-2\n"
                  "/dev/dm-01                              partition\t1048572\t0\t-3\n");
  CHECK(users_of(world) == Users{"swap"});
}

TEST_CASE("holders are named with their map's name, in natural order") {
  FakeHost world;
  add_dm(world);
  const std::string folder = "devices/virtual/block/dm-0/holders/";
  for (const char* holder : {"md0", "dm-10", "dm-2"})
    world.sys.link(folder + holder, std::string("../../") + holder);
  world.sys.file("devices/virtual/block/dm-2/dm/name", "vg0-data\n");
  world.sys.link("class/block/dm-2", "../../devices/virtual/block/dm-2");
  CHECK(users_of(world) == Users{"held by dm-2 (vg0-data)", "held by dm-10", "held by md0"});
}

namespace {

/// A world with disks sda (partitions sda1 and sda2) and sdb.
struct Disks : FakeHost {
  Disks() {
    add_path("sda", "1:0:0:0", 1,
             {.holders = {"dm-10"}, .partitions = {{"sda1", {"dm-2", "md0"}}, {"sda2", {"dm-2"}}}});
    add_path("sdb", "2:0:0:0", 2);
    for (const char* holder : {"dm-10", "dm-2", "md0"}) {
      sys.folder(std::string("devices/virtual/block/") + holder + "/holders");
      sys.link(std::string("class/block/") + holder,
               std::string("../../devices/virtual/block/") + holder);
    }
  }

  Path find(const std::string& kname) {
    const Host seen = host();
    auto disks = enumerate_disks(sys, std::nullopt);
    const auto disk = std::ranges::find_if(
        disks, [&](const Disk& candidate) { return candidate.path.kname == kname; });
    DeviceUsers(seen).find(disk->path, disk->sysfs, disk->partitions);
    return disk->path;
  }

  Users texts(const std::string& kname) {
    Users result;
    for (const PathUser& user : find(kname).users) result.push_back(user.text);
    return result;
  }
};

}  // namespace

TEST_CASE("a disk has the holders of its partitions, each once") {
  Disks world;
  CHECK(world.find("sda").holders == Users{"dm-2", "dm-10", "md0"});
  CHECK(world.find("sdb").holders.empty());
  CHECK(world.texts("sda") == Users{"held by dm-10", "sda1 is held by dm-2", "sda1 is held by md0",
                                    "sda2 is held by dm-2"});
}

TEST_CASE("a btrfs uses all its devices, whichever of them its mount names") {
  Disks world;
  world.sys.file("fs/btrfs/11-22/devices/sdb", "").file("fs/btrfs/11-22/devices/sdc", "");
  CHECK(world.texts("sdb") == Users{"part of a btrfs mounted as btrfs where it is not seen"});
  world.proc.file("self/mountinfo", "40 22 0:44 / /srv rw - btrfs /dev/sdc rw\n");
  world.dev.file("sdc", "");
  world.add_path("sdc", "3:0:0:0", 3);
  CHECK(world.texts("sdb") == Users{"part of a btrfs mounted on /srv"});
}

TEST_CASE("a bcachefs uses all its devices") {
  Disks world;
  world.sys.link("fs/bcachefs/11-22/dev-0/block", "../../../../devices/a/block/sdb");
  CHECK(world.texts("sdb") == Users{"mounted as bcachefs where it is not seen"});
  world.proc.file("self/mountinfo", "40 22 0:44 / / rw - bcachefs /dev/sdb:/dev/sdc rw\n");
  CHECK(world.texts("sdb") == Users{"mounted on /"});
  CHECK(world.find("sdb").users.front().runs_host);
}

TEST_CASE("mounts in other namespaces or overlays are found in sysfs") {
  for (const char* type : {"ext4", "xfs", "f2fs"}) {
    Disks world;
    world.sys.folder(std::string("fs/") + type + "/sdb");
    REQUIRE(world.texts("sdb").size() == 1);
    CHECK(world.texts("sdb").front().starts_with(std::string("mounted as ") + type +
                                                 " where it is not seen"));
    world.proc.file("self/mountinfo", "40 22 8:16 / /srv rw - ext4 /dev/sdb rw\n");
    CHECK(world.texts("sdb") == Users{"mounted on /srv"});
  }
}

TEST_CASE("mounts of process 1 count where its namespace is another one") {
  Disks world;
  world.proc.link("self/ns/mnt", "mnt:[1]").link("1/ns/mnt", "mnt:[2]");
  world.proc.file("1/mountinfo", "40 22 8:16 / /var rw - vfat /dev/sdb rw\n");
  CHECK(world.texts("sdb") == Users{"mounted on /var"});
  CHECK(world.find("sdb").users.front().runs_host);
}

TEST_CASE("a few of many mounts are named, the rest counted") {
  Disks world;
  std::string text;
  for (int i = 0; i < 40; ++i)
    text += "40 22 8:16 / /srv/" + std::to_string(i) + " rw - ext4 /dev/sdb rw\n";
  world.proc.file("self/mountinfo", text);
  CHECK(world.texts("sdb") == Users{"mounted on /srv/0", "mounted on /srv/1", "mounted on /srv/2",
                                    "mounted on 37 more places"});
}

TEST_CASE("a loop over a disk, bcache and an imported pool use it") {
  Disks loops;
  loops.sys.file("class/block/loop4/loop/backing_file", "/dev/sdb\n");
  CHECK(loops.texts("sdb") == Users{"the device below loop4"});
  Disks cache;
  cache.sys.folder("fs/bcache");
  cache.sys.folder(FakeHost::scsi_device_folder("2:0:0:0") + "/block/sdb/bcache");
  CHECK(cache.texts("sdb") == Users{"taken by bcache"});
  Disks pool;
  pool.proc.folder("spl/kstat/zfs/tank");
  pool.udev.entries[tests::sd_number("sdb")] = {{"ID_FS_TYPE", "zfs_member"},
                                                {"ID_FS_LABEL", "tank"}};
  CHECK(pool.texts("sdb") == Users{"in the imported zfs pool tank"});
  CHECK(pool.find("sdb").users.front().of_unit);
  pool.udev.entries[tests::sd_number("sdb")]["ID_FS_LABEL"] = "other";
  CHECK(pool.texts("sdb").empty());
}

TEST_CASE("disks in use are found without examining the disks") {
  Disks world;
  {
    const Host host = world.host();
    CHECK(DeviceUsers(host).disks_in_use().empty());
  }
  world.sys.link("devices/virtual/block/md0/slaves/sda1", "/devices/sda1");
  world.proc.file("self/mountinfo", "40 22 8:16 / /srv rw - ext4 /dev/sdb rw\n");
  const Host host = world.host();
  CHECK(DeviceUsers(host).disks_in_use() ==
        std::vector{tests::sd_number("sda"), tests::sd_number("sdb")});
}
