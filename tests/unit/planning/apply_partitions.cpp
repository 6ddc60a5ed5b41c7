#include "multipath/planning/apply_partitions.h"

#include <cerrno>

#include <doctest/doctest.h>

#include "multipath/host/memory/memory_device_mapper.h"
#include "tests/support/contains.h"
#include "tests/support/sample_paths.h"

using namespace multipath;
using dm::MemoryDeviceMapper;
using tests::contains;

namespace {

struct World {
  World() {
    mapper.put({"mpatha",
                "mpath-3600",
                {{0, 2048, "multipath", "0 0 1 1 service-time 0 1 1 8:0 1"}},
                dm::Access::read_write});
    map = tests::current_map(mapper, "mpatha");
  }
  PartitionAction action(PartitionVerb verb, std::uint64_t sectors) const {
    PartitionAction result;
    result.verb = verb;
    result.name = "mpatha-part1";
    result.uuid = "part1-mpath-3600";
    result.partition.number = 1;
    result.partition.start = 8;
    result.partition.sectors = sectors;
    result.reason = "so it is";
    return result;
  }
  PartitionOutcome run(PartitionVerb verb, std::uint64_t sectors) {
    const std::vector<PartitionAction> actions{action(verb, sectors)};
    return apply_partitions(map, actions, mapper, dm::WaitForUdev::yes).at(0);
  }

  MemoryDeviceMapper mapper;
  CurrentMap map;
};

}  // namespace

TEST_CASE("a changed partition map is verified") {
  World world;
  CHECK_FALSE(world.run(PartitionVerb::create, 16).failed());
  CHECK_FALSE(world.run(PartitionVerb::reload, 32).failed());
  CHECK(world.mapper.table("mpatha-part1")->front().length == 32);
  CHECK_FALSE(world.run(PartitionVerb::remove, 32).failed());
  CHECK_FALSE(world.mapper.describe("mpatha-part1"));
}

TEST_CASE("an unverifiable partition map is not known to be correct") {
  World world;
  world.mapper.inject({.verb = "describe", .map = "mpatha-part1", .error = EIO});
  CHECK(contains(world.run(PartitionVerb::create, 16).error, "describe"));
}

TEST_CASE("a failed wait for udev is reported for each partition map") {
  World world;
  world.mapper.inject({.verb = "wait", .map = "", .error = EIO});
  CHECK(world.run(PartitionVerb::create, 16).failed());
  CHECK(world.mapper.describe("mpatha-part1"));
}
