#include <doctest/doctest.h>

#include "multipath/run/targets.h"
#include "tests/support/command_run.h"
#include "tests/support/contains.h"
#include "tests/support/san.h"

using namespace multipath;
using tests::run_multipath;

namespace {

/// mpatha (dm-0) on sda and sdb with a partition map, mpathb on sdc and sdd.
struct World : tests::San {
  World() {
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

TEST_CASE("a map is found by each of its names, and by its paths") {
  World world;
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
  World world;
  for (const char* word :
       {"mpathc", "", "-f", "mpatha-part1", "/dev/mapper/mpathc", "253:77", "mpath-", "a/b"}) {
    CAPTURE(word);
    CHECK(world.find(word).empty());
  }
}

TEST_CASE("a device-mapper device is found by name, number and uuid, whatever made it") {
  World world;
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
  World world;
  world.device_mapper.inject({.verb = "describe", .map = "mpathb", .error = EIO});
  for (const std::string& word : std::vector<std::string>{"mpatha", "dm-0", wwid})
    CHECK(world.find(word) == "mpatha");
  CHECK(world.device_mapper.has_armed_faults());
}

TEST_CASE("verbs and compatible options accept each form") {
  for (const std::string& word :
       std::vector<std::string>{"mpatha", "/dev/dm-0", wwid, "mpath-" + wwid, "sda"}) {
    CAPTURE(word);
    World world;
    CHECK(run_multipath(world, {"-C", word}).status == 0);
    CHECK(run_multipath(world, {"queue", "on", word}).status == 0);
    CHECK(tests::contains(world.device_mapper.journal().back(), "mpatha"));
    if (word == "sda") continue;
    CHECK(tests::contains(run_multipath(world, {"udev-map", word}).out, "MPATH_DEVICE_READY=1"));
  }
}
