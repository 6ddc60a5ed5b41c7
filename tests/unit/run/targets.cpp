#include "multipath/run/targets.h"

#include <doctest/doctest.h>

#include "tests/support/fake_host.h"

using namespace multipath;
using tests::FakeHost;

namespace {

constexpr DeviceNumber sda{8, 0}, dm_0{253, 0};

/// sda, and map "mpatha" on it, with the links below /dev that udev makes.
struct World : FakeHost {
  World() {
    add_path("sda", "1:0:0:0", 1);
    device_mapper.put({"mpatha",
                       map_uuid(tests::wwid_of_unit(1)),
                       {{0, 8, "multipath", "0 0 1 1 service-time 0 1 1 8:0 1"}},
                       dm::Access::read_write});
    show_maps();
    dev.link("disk/by-id/scsi-1", "../../sda");
    dev.link("disk/by-path/absolute", "/dev/sda");
    dev.link("disk/by-id/dm-name-mpatha", "../../dm-0");
  }
  std::optional<Target> find(const std::string& argument) { return find_target(host(), argument); }
  std::optional<DeviceNumber> number_of(const std::string& argument) {
    const auto target = find(argument);
    return target ? target->number : std::nullopt;
  }
};

}  // namespace

TEST_CASE("a disk is named by node, kernel name, number, or any link to it") {
  World world;
  for (const char* argument :
       {"/dev/sda", "sda", "8:0", "/dev/disk/by-id/scsi-1", "/dev/disk/by-path/absolute"}) {
    CAPTURE(argument);
    CHECK(world.number_of(argument) == sda);
  }
}

TEST_CASE("a map is named by node, kernel name, number, or any link to it") {
  World world;
  for (const char* argument :
       {"/dev/dm-0", "dm-0", "253:0", "/dev/mapper/mpatha", "/dev/disk/by-id/dm-name-mpatha"}) {
    CAPTURE(argument);
    CHECK(world.number_of(argument) == dm_0);
  }
  CHECK(world.find("/dev/mapper/mpatha")->word == "mpatha");
}

TEST_CASE("other words are map names or WWIDs") {
  World world;
  for (const char* argument : {"mpatha", "3600140500000", "nosuch", "mapper/mpatha", "../sda",
                               "sda/..", ".", "..", "-f", "", " sda", "sda "}) {
    CAPTURE(argument);
    REQUIRE(world.find(argument));
    CHECK(world.find(argument)->word == argument);
    CHECK_FALSE(world.find(argument)->number);
  }
}

TEST_CASE("an unknown node or number names nothing") {
  World world;
  for (const char* argument :
       {"/dev/sdz", "8:16", "253:9", "/dev/", "/dev/mapper/", "/dev/mapper/nosuch", "/dev/null",
        "/dev/disk", "/dev/disk/by-id", "/dev/disk/by-id/nosuch", "/dev/sda/", "/dev//sda"}) {
    CAPTURE(argument);
    CHECK_FALSE(world.find(argument));
  }
}

TEST_CASE("no argument leads out of /dev and /sys") {
  World world;
  world.dev.link("out", "../sys/secret").link("far", "../../../etc/passwd").link("root", "/etc");
  world.dev.link("disk/by-id/up", "../../../sda").link("dots", "/dev/../etc");
  world.dev.link("mapper/out", "../../etc/passwd");
  for (const char* argument : {"/dev/out", "/dev/far", "/dev/root", "/dev/disk/by-id/up",
                               "/dev/dots", "/dev/../etc/passwd", "/dev/mapper/../../etc/passwd",
                               "/dev/mapper/../sda", "/dev/./sda/../sda", "/dev/mapper/out"}) {
    CAPTURE(argument);
    CHECK_FALSE(world.find(argument));
  }
}

TEST_CASE("circular links name nothing") {
  World world;
  world.dev.link("a", "b").link("b", "a").link("self", "self");
  CHECK_FALSE(world.find("/dev/a"));
  CHECK_FALSE(world.find("/dev/self"));
}

TEST_CASE("invalid bytes name nothing and do no harm") {
  World world;
  for (const std::string& argument :
       {std::string("/dev/\0sda", 9), std::string("/dev/\x1b[31m"), std::string("/dev/\xff"),
        "/dev/" + std::string(100'000, 'a'), "/dev/" + std::string(10'000, '/')}) {
    CHECK_FALSE(world.find(argument));
  }
}

TEST_CASE("a map without a sysfs entry is found below /dev/mapper") {
  World world;
  world.dev.file("mapper/plain", "");
  const auto target = world.find("/dev/mapper/plain");
  REQUIRE(target);
  CHECK(target->word == "plain");
  CHECK_FALSE(target->number);
}

TEST_CASE("only nodes and numbers must exist") {
  CHECK(names_device("/dev/sda"));
  CHECK(names_device("8:0"));
  for (const char* argument : {"sda", "mpatha", "/sda", "8:", ":0", "8:0:1", "8: 0", "-1:0", ""})
    CHECK_FALSE(names_device(argument));
}

TEST_CASE("a map matches its name, WWID, number or those of its paths") {
  World world;
  CurrentMap map;
  map.name = "mpatha";
  map.uuid = map_uuid(tests::wwid_of_unit(1));
  map.number = dm_0;
  map.table.groups = {{"service-time", {}, {{sda, {}}}}};
  CHECK(Target{"mpatha", {}}.matches(map));
  CHECK(Target{tests::wwid_of_unit(1).text(), {}}.matches(map));
  CHECK(Target{"x", dm_0}.matches(map));
  CHECK(Target{"x", sda}.matches(map));
  CHECK_FALSE(Target{"mpath", {}}.matches(map));
  CHECK_FALSE(Target{"", {}}.matches(map));
  CHECK_FALSE(Target{"x", DeviceNumber{8, 16}}.matches(map));
}

TEST_CASE("a path matches its number, kernel name or WWID") {
  Path path;
  path.kname = "sda";
  path.number = sda;
  CHECK(Target{"sda", {}}.matches(path));
  CHECK(Target{"x", sda}.matches(path));
  CHECK_FALSE(Target{tests::wwid_of_unit(1).text(), {}}.matches(path));
  path.wwid = tests::wwid_of_unit(1);
  CHECK(Target{tests::wwid_of_unit(1).text(), {}}.matches(path));
  CHECK_FALSE(Target{"sd", DeviceNumber{8, 1}}.matches(path));
}
