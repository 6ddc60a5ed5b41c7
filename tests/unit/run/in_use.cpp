// No command takes a unit that is in use, whichever of its paths is used.

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/support/command_run.h"
#include "tests/support/contains.h"
#include "tests/support/san.h"

using namespace multipath;
using tests::CommandRun;
using tests::contains;
using tests::FakeHost;
using tests::run_multipath;
using Words = std::vector<std::string>;
using Json = nlohmann::json;

namespace {

const std::string third = tests::wwid_of_unit(3).text();

/// sdi, sdj and sdk are paths of unit 3, each with two partitions; the wwids file has it.
struct Disks : tests::San {
  explicit Disks(const std::vector<std::string>& second_partition_of_j = {},
                 const std::vector<std::string>& whole_j = {}) {
    add("sdi", "1:0:0:3", {}, {});
    add("sdj", "2:0:0:3", second_partition_of_j, whole_j);
    add("sdk", "3:0:0:3", {}, {});
    state_files.files["/etc/multipath/wwids"] = "/" + third + "/\n";
    proc.file("swaps", "Filename Type Size Used Priority\n");
  }

  /// Something of device-mapper that stands on a device: "sdj2".
  void add_upper(const std::string& kname, const std::string& name, const std::string& uuid,
                 const std::string& lower, int minor) {
    const std::string folder = "devices/virtual/block/" + kname;
    const std::string number = "254:" + std::to_string(minor);
    sys.file(folder + "/dev", number + "\n").file(folder + "/size", "8\n");
    sys.file(folder + "/dm/name", name + "\n").file(folder + "/dm/uuid", uuid + "\n");
    sys.folder(folder + "/holders").link(folder + "/slaves/" + lower, "/devices/" + lower);
    sys.link("class/block/" + kname, "../../" + folder);
    sys.link("dev/block/" + number, "../../" + folder);
    dev.file(kname, "").link("mapper/" + name, "../" + kname);
  }

  void mount(const std::string& number, const std::string& point) {
    const std::string line = "30 22 " + number + " / " + point + " rw - ext4 /dev/x rw\n";
    proc.file("self/mountinfo", "22 1 0:20 / / rw - tmpfs rootfs rw\n" + line);
  }

  std::string answer(const std::string& disk) { return run_multipath(*this, {"-u", disk}).out; }

 private:
  void add(const std::string& kname, const std::string& address,
           const std::vector<std::string>& second, const std::vector<std::string>& whole) {
    add_path(kname, address, 3,
             {.holders = whole, .partitions = {{kname + "1", {}}, {kname + "2", second}}});
  }
};

const std::string lvm_uuid = "LVM-Vg0001Vg0001Vg0001Vg0001Vg0001Vgaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

/// vg0-data on sdj2, mounted on /data: LVM was quicker than multipath.
struct VolumeOnPath : Disks {
  VolumeOnPath() : Disks({"dm-7"}) {
    add_upper("dm-7", "vg0-data", lvm_uuid, "sdj2", 7);
    mount("254:7", "/data");
  }
};

}  // namespace

TEST_CASE("no map is planned over a mounted partition, which is named") {
  Disks world;
  world.mount("8:146", "/data");  // sdj2
  const CommandRun plan = run_multipath(world, {"plan"});
  CHECK(contains(plan.err, "sdj: not added to a map: sdj2 is mounted on /data; release it"));
  CHECK(contains(plan.err, "sdi: not added to a map: sdj, another path of the unit, is in use"));
  CHECK_FALSE(contains(plan.out, third));
  run_multipath(world, {"apply"});
  CHECK_FALSE(world.device_mapper.find(third));
}

TEST_CASE("a blacklisted path can keep its unit in use") {
  Disks world;
  world.mount("8:146", "/data");  // sdj2
  world.state_files.files["/etc/multipath.conf"] = "blacklist {\n devnode ^sdj$\n}\n";
  const CommandRun plan = run_multipath(world, {"plan"});
  CHECK(contains(plan.err,
                 "sdi: not added to a map: in use through sdj, which is never a path of a map: "
                 "sdj2 is mounted on /data"));
  CHECK_FALSE(contains(plan.out, third));
  CHECK(contains(world.answer("sdi"), "\"0\""));
}

TEST_CASE("for a path of the root disk the effect of the next boot is reported") {
  Disks world;
  world.mount("8:146", "/");
  const CommandRun known = run_multipath(world, {"explain", "sdj"});
  CHECK(contains(known.out, "sdj: gets no map: sdj2 is mounted on /;"));
  CHECK(contains(known.out, "stop  joining"));
  CHECK(contains(known.out, "the next boot creates the map (" + third));
  CHECK(contains(run_multipath(world, {"explain", "sdi"}).out, "the next boot creates the map"));
  world.state_files.files["/etc/multipath/wwids"] = "";
  world.state_files.files["/etc/multipath.conf"] = "defaults {\n find_multipaths strict\n}\n";
  const CommandRun unknown = run_multipath(world, {"explain", "sdj"});
  CHECK(contains(unknown.out, "`multipath -a " + third + "` and reboot"));
  CHECK(contains(unknown.out, "at present it would not: find_multipaths strict"));
}

TEST_CASE("a volume on one path keeps its unit out of a new map") {
  VolumeOnPath world;
  const CommandRun plan = run_multipath(world, {"plan"});
  CHECK(contains(plan.err,
                 "sdj: not added to a map: sdj2 is held by dm-7 (vg0-data), mounted on /data"));
  CHECK_FALSE(contains(plan.out, third));
}

TEST_CASE("-u releases all paths of a unit while one is used") {
  VolumeOnPath world;
  for (const char* disk : {"sdi", "sdj", "sdk"}) CHECK(contains(world.answer(disk), "\"0\""));
  CHECK(contains(run_multipath(world, {"-u", "-v3", "sdk"}).err,
                 "sdj, another path of the unit, is in use: sdj2 is held by dm-7 (vg0-data), "
                 "mounted on /data"));
  world.add_upper("dm-9", third, "mpath-" + third, "sdi", 9);
  CHECK(contains(world.answer("sdk"), "\"1\""));
}

TEST_CASE("-u reads pages of used disks only") {
  Disks world;
  world.add_path("sdl", "4:0:0:4", 4);
  world.mount("8:176", "/other");  // sdl
  CHECK(contains(world.answer("sdi"), "\"1\""));
  world.mount("8:144", "/mine");  // sdj
  CHECK(contains(world.answer("sdi"), "\"0\""));
}

TEST_CASE("a map is flushed only if no path of its unit is used") {
  const auto flush = [](Disks& world, const Words& words) {
    world.put_map("mpathz", 3, "0 0 1 1 service-time 0 2 1 8:128 1 8:144 1");
    const CommandRun run = run_multipath(world, words);
    CHECK(world.device_mapper.find("mpathz"));
    return run.out + run.err;
  };
  VolumeOnPath member;
  CHECK(contains(flush(member, {"flush", "mpathz"}),
                 "its path sdj is in use: sdj2 is held by dm-7 (vg0-data), mounted on /data"));
  VolumeOnPath by_letter;
  CHECK(contains(flush(by_letter, {"-f", "mpathz"}), "mpathz: map in use: its path sdj"));
  VolumeOnPath all;
  CHECK(contains(flush(all, {"-F"}), "its path sdj is in use"));
  Disks sibling;
  sibling.mount("8:160", "/data");  // sdk, which the map does not have
  CHECK(contains(flush(sibling, {"flush", "mpathz"}),
                 "sdk, another path of the unit, is in use: mounted on /data"));
  Disks unused;
  unused.put_map("mpathz", 3, "0 0 1 1 service-time 0 2 1 8:128 1 8:144 1");
  CHECK(run_multipath(unused, {"flush", "mpathz"}).status == 0);
}

TEST_CASE("clear-holders --check requires that no path of the unit is used") {
  constexpr int busy = 3;
  VolumeOnPath world;
  for (const char* disk : {"sdi", "sdj", "sdk"}) {
    CAPTURE(disk);
    const CommandRun run = run_multipath(world, {"clear-holders", "--check", disk});
    CHECK(run.status == busy);
    CHECK(contains(run.err, "vg0-data (ext4) is mounted on /data"));
  }
  const CommandRun other = run_multipath(world, {"clear-holders", "--check", "sdi"});
  CHECK(contains(other.err, "on sdj2: another path of the same unit as sdi"));
  CHECK(run_multipath(world, {"clear-holders", "--check", "sdi2"}).status == busy);
  CHECK(run_multipath(world, {"clear-holders", "--check", "sdi1"}).status == 0);
  CHECK(run_multipath(world, {"clear-holders", "--check", "sda"}).status == 0);
}

TEST_CASE("a USB disk is a path only if configured") {
  FakeHost world;
  for (const auto& [kname, address] : {std::pair{"sda", "1:0:0:1"}, std::pair{"sdb", "2:0:0:1"}}) {
    world.add_path(kname, address, 1);
    const std::string number = to_string(tests::sd_number(kname));
    // The same disk below a USB host.
    const std::string usb =
        "devices/pci0000:00/usb1/1-2/1-2:1.0/" +
        FakeHost::scsi_device_folder(address).substr(std::string("devices/").size());
    for (const char* file : {"/inquiry", "/vpd_pg83", "/state"}) {
      const auto text = world.sys.read(FakeHost::scsi_device_folder(address) + file);
      if (text) world.sys.file(usb + file, *text);
    }
    const std::string folder = usb + "/block/" + kname;
    world.sys.file(folder + "/size", "2048\n").file(folder + "/ro", "0\n");
    world.sys.folder(folder + "/holders")
        .link(folder + "/device", "../../../" + std::string(address));
    world.sys.link("dev/block/" + number, "../../" + folder);
  }
  CHECK(run_multipath(world, {"plan"}).out.empty());
  const CommandRun explained = run_multipath(world, {"explain", "sda"});
  CHECK(contains(explained.out, "stop  usb"));
  CHECK(contains(explained.out, "allow_usb_devices is no"));
  CHECK(contains(explained.out, "[built-in default]"));
  world.state_files.files["/etc/multipath/wwids"] = "/" + tests::wwid_of_unit(1).text() + "/\n";
  CHECK(contains(run_multipath(world, {"-u", "sda"}).out, "\"0\""));
  world.state_files.files["/etc/multipath.conf"] = "defaults {\n allow_usb_devices yes\n}\n";
  CHECK(contains(run_multipath(world, {"-u", "sda"}).out, "\"1\""));
  CHECK(contains(run_multipath(world, {"plan"}).out, "create"));
}
