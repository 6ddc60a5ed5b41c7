#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <system_error>

#include <doctest/doctest.h>

#include "multipath/host/live/live_event_spool.h"
#include "tests/support/scratch.h"

using namespace multipath;
using tests::Scratch;

namespace {

std::vector<DeviceNumber> devices_in(LiveEventSpool& spool) {
  std::vector<DeviceNumber> devices;
  for (const EventSpool::Entry& entry : spool.waiting()) devices.push_back(entry.device);
  return devices;
}

using Devices = std::vector<DeviceNumber>;

}  // namespace

TEST_CASE("an added device is pending, once, until it is done") {
  const Scratch scratch;
  LiveEventSpool spool(scratch.path("run/events"));
  CHECK(spool.waiting().empty());
  spool.hand_in({8, 16});
  spool.hand_in({8, 0});
  spool.hand_in({8, 16});
  const auto entries = spool.waiting();
  CHECK(devices_in(spool) == Devices{{8, 0}, {8, 16}});
  spool.done(entries);
  CHECK(spool.waiting().empty());
}

TEST_CASE("a device added during its handling stays pending") {
  const Scratch scratch;
  LiveEventSpool spool(scratch.path("events"));
  spool.hand_in({8, 0});
  spool.hand_in({8, 16});
  const auto entries = spool.waiting();
  spool.hand_in({8, 16});
  spool.done(entries);
  CHECK(devices_in(spool) == Devices{{8, 16}});
}

TEST_CASE("one process at a time has the turn") {
  const Scratch scratch;
  LiveEventSpool spool(scratch.path("events"));
  LiveEventSpool other(scratch.path("events"));
  auto turn = spool.take_turn();
  REQUIRE(turn != nullptr);
  CHECK(other.take_turn() == nullptr);
  turn.reset();
  CHECK(other.take_turn() != nullptr);
}

TEST_CASE("only root can use the spool; foreign files in it are ignored") {
  const Scratch scratch;
  LiveEventSpool spool(scratch.path("run/events"));
  spool.hand_in({8, 0});
  struct stat status{};
  REQUIRE(stat(scratch.path("run/events").c_str(), &status) == 0);
  CHECK((status.st_mode & 07777) == 0700);
  std::ofstream(scratch.path("run/events/note")) << "x";
  CHECK(devices_in(spool) == Devices{{8, 0}});
  spool.done(spool.waiting());
  CHECK(std::filesystem::exists(scratch.path("run/events/note")));
}

TEST_CASE("a link in place of the spool, its lock or an entry is not followed") {
  const Scratch scratch;
  std::filesystem::create_directory(scratch.path("elsewhere"));
  std::filesystem::create_directory_symlink(scratch.path("elsewhere"), scratch.path("events"));
  LiveEventSpool linked(scratch.path("events"));
  CHECK_THROWS_AS(linked.hand_in({8, 0}), std::system_error);
  LiveEventSpool spool(scratch.path("spool"));
  spool.waiting();
  std::ofstream(scratch.path("precious")) << "data";
  std::filesystem::create_symlink(scratch.path("precious"), scratch.path("spool.lock"));
  CHECK_THROWS_AS(spool.take_turn(), std::system_error);
  std::filesystem::create_symlink(scratch.path("precious"), scratch.path("spool/8:0"));
  spool.hand_in({8, 0});
  CHECK(std::filesystem::file_size(scratch.path("precious")) == 4);
  CHECK(
      std::filesystem::is_regular_file(std::filesystem::symlink_status(scratch.path("spool/8:0"))));
}
