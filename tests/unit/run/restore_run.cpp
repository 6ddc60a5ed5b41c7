#include "multipath/run/restore_run.h"

#include <doctest/doctest.h>

#include "tests/support/san.h"

using namespace multipath;

namespace {

/// Unit 1's map, whose paths are failed and answer nothing.
struct World : tests::San {
  World() {
    put_map("mpatha", 1, "1 queue_if_no_path 0 1 1 service-time 0 2 1 8:0 1 8:16 1");
    for (const char* message : {"fail_path 8:0", "fail_path 8:16"})
      device_mapper.message("mpatha", 0, message);
    for (const char* node : {"sg0", "sg1"})
      scsi.units.at(node).always = tests::not_delivered(scsi::Delivery::no_connection);
  }
  void answer() {
    for (const char* node : {"sg0", "sg1"}) scsi.units.at(node).always.reset();
  }

  Host now = host();
  Configuration configuration;
  DiscoveryOptions discovery_options;
  std::vector<Target> targets;
  Notices notices;
  RestoreRun restore{now, configuration, discovery_options, targets, notices};
};

}  // namespace

TEST_CASE("one look restores the paths that work, by name") {
  World world;
  CHECK(world.restore.once().silent == 2);
  world.answer();
  const RestoreRound round = world.restore.once();
  REQUIRE(round.maps.size() == 1);
  CHECK(round.maps[0].map == "mpatha");
  CHECK(round.maps[0].knames == std::vector<std::string>{"sda", "sdb"});
  CHECK(round.silent == 0);
  CHECK(round.failures == 0);
  CHECK(world.clock.slept() == std::chrono::milliseconds(0));
}

TEST_CASE("a watch looks again after pauses of the clock until every path is in use") {
  World world;
  int rounds = 0;
  const RestoreRound last = world.restore.watch([&](const RestoreRound&) {
    if (++rounds == 3) world.answer();
  });
  CHECK(rounds == 4);
  CHECK(last.silent == 0);
  CHECK(world.clock.slept() >= std::chrono::seconds(3 * 5));
}
