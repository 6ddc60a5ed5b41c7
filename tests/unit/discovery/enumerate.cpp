#include "multipath/discovery/enumerate.h"

#include <variant>

#include <doctest/doctest.h>

#include "tests/support/fake_host.h"

using namespace multipath;
using tests::DiskState;
using tests::FakeHost;
using tests::MemoryTree;
using KernelNames = std::vector<std::string>;

namespace {

KernelNames knames(const std::vector<Disk>& disks) {
  KernelNames names;
  for (const Disk& disk : disks) names.push_back(disk.path.kname);
  return names;
}

/// What the whole first look at a host gives.
std::vector<Disk> look_at(const FakeHost& world) {
  auto disks = enumerate_disks(world.sys, std::nullopt);
  find_sg_nodes(world.sys, disks);
  for (Disk& disk : disks) {
    describe(world.sys, disk);
    find_write_protection(world.sys, disk);
    find_hardware_handler(world.sys, disk);
  }
  return disks;
}

}  // namespace

TEST_CASE("disks are sorted in natural order") {
  FakeHost world;
  world.add_disk("sdaa", "1:0:0:9", {65, 160}, tests::lio_disk(1));
  world.add_disk("sdb", "1:0:0:1", {8, 16}, tests::lio_disk(1));
  world.add_disk("sdz", "1:0:0:8", {65, 144}, tests::lio_disk(1));
  world.add_disk("sda", "1:0:0:0", {8, 0}, tests::lio_disk(1));
  CHECK(knames(look_at(world)) == KernelNames{"sda", "sdb", "sdz", "sdaa"});
}

TEST_CASE("a host without block devices has no disks") { CHECK(look_at(FakeHost{}).empty()); }

TEST_CASE("number, address and directory of a disk come from its link alone") {
  FakeHost world;
  world.add_path("sdc", "4:0:1:16388", 1);
  const auto disks = enumerate_disks(world.sys, std::nullopt);
  REQUIRE(disks.size() == 1);
  CHECK(disks[0].path.number == DeviceNumber{8, 32});
  CHECK(to_string(disks[0].path.address) == "4:0:1:16388");
  CHECK(disks[0].sysfs == FakeHost::scsi_device_folder("4:0:1:16388") + "/block/sdc");
}

TEST_CASE("partitions are not disks but belong to their disk") {
  FakeHost world;
  world.add_path("sda", "1:0:0:0", 1, {.partitions = {{"sda1", {}}, {"sda10", {}}, {"sda2", {}}}});
  const auto disks = look_at(world);
  REQUIRE(knames(disks) == KernelNames{"sda"});
  CHECK(disks[0].partitions == KernelNames{"sda1", "sda2", "sda10"});
}

TEST_CASE("namespaces of one controller and DASDs are disks, the kernel's own multipath is not") {
  MemoryTree sys;
  sys.link("dev/block/259:1", "../../devices/virtual/nvme-fabrics/ctl/nvme1/nvme1n2");
  sys.link("dev/block/259:3", "../../devices/virtual/nvme-fabrics/ctl/nvme1/nvme1n2/nvme1n2p1");
  sys.link("dev/block/259:0", "../../devices/pci0000:00/0000:00:04.0/nvme/nvme0/nvme0n1");
  sys.link("dev/block/259:9", "../../devices/virtual/nvme-subsystem/nvme-subsys2/nvme2n1");
  sys.link("dev/block/259:10",
           "../../devices/virtual/nvme-subsystem/nvme-subsys2/nvme2n1/nvme2n1p1");
  sys.link("dev/block/94:0", "../../devices/css0/0.0.0008/0.0.e12a/block/dasda");
  sys.link("dev/block/94:1", "../../devices/css0/0.0.0008/0.0.e12a/block/dasda/dasda1");
  const auto disks = enumerate_disks(sys, std::nullopt);
  REQUIRE(knames(disks) == KernelNames{"nvme0n1", "nvme1n2", "dasda"});
  CHECK(disks[0].path.bus() == Bus::nvme);
  CHECK(disks[0].sysfs == "class/block/nvme0n1");
  CHECK(disks[1].path.address == ScsiAddress{1, 0, 2, 0});
  CHECK(disks[1].partitions == KernelNames{"nvme1n2p1"});
  CHECK(disks[2].path.bus() == Bus::ccw);
  CHECK(disks[2].path.address == ScsiAddress{0, 0, 0xe12a, 0});
  CHECK(disks[2].partitions == KernelNames{"dasda1"});
  CHECK(folder_of_disk(sys, {259, 1}) == "class/block/nvme1n2");
  CHECK(!folder_of_disk(sys, {259, 9}));
}

TEST_CASE("block devices that cannot be paths are skipped") {
  MemoryTree sys;
  const std::string scsi = "../../devices/pci0000:00/host0/target0:0:0/0:0:0:0/block/";
  sys.link("dev/block/253:0", "../../devices/virtual/block/dm-0");
  sys.link("dev/block/7:0", "../../devices/virtual/block/loop0");
  sys.link("dev/block/254:0", "../../devices/pci0000:00/0000:00:03.0/virtio0/block/vda");
  sys.link("dev/block/259:0", "../../devices/pci0000:00/nvme/nvme0/nvmen1");
  sys.link("dev/block/259:1", "../../devices/pci0000:00/nvme/nvme0/nvme0n99999999999");
  sys.link("dev/block/259:2", "nvme0n1p1");
  sys.link("dev/block/94:0", "../../devices/css0/0.0.0008/0.0.xyz/block/dasda");
  sys.link("dev/block/94:4", "../../devices/css0/0.0.0008/e12a/block/dasdb");
  sys.link("dev/block/11:0", scsi + "sr0");
  sys.link("dev/block/8:16", scsi + "sd");
  sys.link("dev/block/8:32", scsi + "sd1");
  sys.link("dev/block/8:48", "../../devices/usb1/block/sdd");
  sys.link("dev/block/8:64", "");
  sys.link("dev/block/8:80", "sdf");
  sys.link("dev/block/nonsense", scsi + "sdg");
  sys.file("dev/block/8:96", "no link");
  CHECK(enumerate_disks(sys, std::nullopt).empty());
}

TEST_CASE("a subset of numbers gives those disks without vanished ones") {
  FakeHost world;
  world.add_path("sda", "1:0:0:0", 1);
  world.add_path("sdb", "2:0:0:0", 1);
  const std::set<DeviceNumber> only{{8, 16}, {8, 240}, {253, 0}};
  CHECK(knames(enumerate_disks(world.sys, only)) == KernelNames{"sdb"});
  CHECK(enumerate_disks(world.sys, std::set<DeviceNumber>{}).empty());
}

TEST_CASE("size, read-only and state come from sysfs") {
  FakeHost world;
  world.add_path("sda", "1:0:0:0", 1,
                 {.size_sectors = 209715200, .state = "transport-offline", .read_only = true});
  const auto disks = look_at(world);
  CHECK(disks[0].path.size_sectors == 209715200);
  CHECK(disks[0].path.read_only);
  CHECK(disks[0].path.state == DeviceState::transport_offline);
}

TEST_CASE("a disk that vanishes meanwhile has size 0 and an unknown state") {
  FakeHost world;
  world.add_path("sda", "1:0:0:0", 1);
  const std::string device = FakeHost::scsi_device_folder("1:0:0:0");
  world.sys.silent_file(device + "/state").silent_file(device + "/block/sda/size");
  world.sys.file(device + "/block/sda/ro", "not a number\n");
  const auto disks = look_at(world);
  REQUIRE(disks.size() == 1);
  CHECK(disks[0].path.size_sectors == 0);
  CHECK_FALSE(disks[0].path.read_only);
  CHECK(disks[0].path.state == DeviceState::unknown);
}

TEST_CASE("the device handler is the attached one") {
  FakeHost world;
  world.add_path("sda", "1:0:0:0", 1, {.device_handler = "alua"});
  world.add_path("sdb", "2:0:0:0", 1, {.device_handler = "detached"});
  world.add_path("sdc", "3:0:0:0", 1);
  world.sys.remove(FakeHost::scsi_device_folder("3:0:0:0") + "/dh_state");
  const auto disks = look_at(world);
  CHECK(std::get<ScsiPath>(disks[0].path.transport).hardware_handler == "alua");
  CHECK(std::get<ScsiPath>(disks[1].path.transport).hardware_handler.empty());
  CHECK(std::get<ScsiPath>(disks[2].path.transport).hardware_handler.empty());
}

TEST_CASE("each disk has the sg node of its address") {
  FakeHost world;
  world.add_path("sda", "1:0:0:0", 1);
  world.add_path("sdb", "1:0:0:1", 2, {.sg_node = false});
  world.add_path("sdc", "1:0:0:2", 3);
  world.sys.link("class/scsi_generic/sg77", "nowhere");
  world.sys.file("class/scsi_generic/sg78", "no link");
  const auto disks = look_at(world);
  CHECK(std::get<ScsiPath>(disks[0].path.transport).sg_node == "sg0");
  CHECK_FALSE(std::get<ScsiPath>(disks[1].path.transport).sg_node);
  CHECK(std::get<ScsiPath>(disks[2].path.transport).sg_node == "sg1");
}

TEST_CASE("a USB disk is recognised by its parent directories") {
  CHECK(is_on_usb("devices/pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.0/host1/target1:0:0/1:0:0:0"));
  CHECK(is_on_usb("devices/usb12"));
  for (const char* other :
       {"devices/pci0000:00/usbhost/host1", "devices/usb/host1", "devices/usb1x/host1", "",
        "devices/pci0000:00/0000:05:00.0/host1/rport-1:0-0/target1:0:0/1:0:0:0/block/sda"}) {
    CAPTURE(other);
    CHECK_FALSE(is_on_usb(other));
  }
}

TEST_CASE("disks have their position in udev's enumeration") {
  FakeHost world;
  world.add_path("sda", "10:0:0:0", 1);
  world.add_path("sdb", "2:0:0:0", 1);
  world.add_path("sdc", "2:0:0:1", 1);
  world.add_path("sdd", "1:0:0:0", 1);
  const auto host = world.host();
  std::map<std::string, std::uint32_t> order;
  for (const Disk& disk : enumerate_disks(host.sys, std::nullopt))
    order[disk.path.kname] = disk.path.udev_order;
  // host1/ comes before host10/, that before host2/.
  CHECK(order ==
        std::map<std::string, std::uint32_t>{{"sdd", 0}, {"sda", 1}, {"sdb", 2}, {"sdc", 3}});
}
