#include "multipath/run/targets.h"

#include <doctest/doctest.h>

#include "tests/support/command_run.h"
#include "tests/support/contains.h"
#include "tests/support/fake_host.h"
#include "tests/support/san.h"

using namespace multipath;
using tests::FakeHost;
using tests::run_multipath;

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

/// mpatha (dm-0) on sda and sdb with a partition map, mpathb on sdc and sdd.
struct MapWorld : tests::San {
  MapWorld() {
    put_first();
    put_second();
    device_mapper.put({"mpatha-part1",
                       "part1-" + map_uuid(tests::wwid_of_unit(1)),
                       {{0, 8, "linear", "253:0 64"}},
                       dm::Access::read_write});
    show_maps();
  }
  std::string find(const std::string& word) {
    std::vector<Finding> findings;
    const auto target = find_target(host(), word);
    const auto map = target ? find_map(device_mapper, *target, findings) : std::nullopt;
    return map ? map->name : "";
  }
  std::string find_any(const std::string& word) {
    const auto target = find_target(host(), word);
    const auto device = target ? find_device(device_mapper, *target) : std::nullopt;
    return device ? device->name : "";
  }
};

const std::string wwid = tests::wwid_of_unit(1).text();

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

TEST_CASE("a map is found by each of its names, and by its paths") {
  MapWorld world;
  const std::string number = to_string(world.device_mapper.find("mpatha")->number);
  for (const std::string& word :
       std::vector<std::string>{"mpatha", "/dev/mapper/mpatha", "dm-0", "/dev/dm-0", number, wwid,
                                "mpath-" + wwid, "sda", "/dev/sdb", "8:16"}) {
    CAPTURE(word);
    CHECK(world.find(word) == "mpatha");
  }
  CHECK(world.find("sdc") == "mpathb");
}

TEST_CASE("anything else finds no map") {
  MapWorld world;
  for (const char* word :
       {"mpathc", "", "-f", "mpatha-part1", "/dev/mapper/mpathc", "253:77", "mpath-", "a/b"}) {
    CAPTURE(word);
    CHECK(world.find(word).empty());
  }
}

TEST_CASE("a device-mapper device is found by name, number and uuid, whatever made it") {
  MapWorld world;
  const std::string number = to_string(world.device_mapper.find("mpatha-part1")->number);
  for (const std::string& word : std::vector<std::string>{
           "mpatha-part1", "/dev/mapper/mpatha-part1", number, "part1-mpath-" + wwid}) {
    CAPTURE(word);
    CHECK(world.find_any(word) == "mpatha-part1");
  }
  CHECK(world.find_any(wwid) == "mpatha");
  CHECK(world.find_any("sda").empty());
}

TEST_CASE("a named map is read alone") {
  MapWorld world;
  world.device_mapper.inject({.verb = "describe", .map = "mpathb", .error = EIO});
  for (const std::string& word : std::vector<std::string>{"mpatha", "dm-0", wwid})
    CHECK(world.find(word) == "mpatha");
  CHECK(world.device_mapper.has_armed_faults());
}

TEST_CASE("verbs and compatible options accept each form") {
  for (const std::string& word :
       std::vector<std::string>{"mpatha", "/dev/dm-0", wwid, "mpath-" + wwid, "sda"}) {
    CAPTURE(word);
    MapWorld world;
    CHECK(run_multipath(world, {"-C", word}).status == 0);
    CHECK(run_multipath(world, {"queue", "on", word}).status == 0);
    CHECK(tests::contains(world.device_mapper.journal().back(), "mpatha"));
    if (word == "sda") continue;
    CHECK(tests::contains(run_multipath(world, {"udev-map", word}).out, "MPATH_DEVICE_READY=1"));
  }
}
