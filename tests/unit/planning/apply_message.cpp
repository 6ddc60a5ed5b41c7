#include "multipath/planning/apply_message.h"

#include <cerrno>
#include <functional>
#include <string>
#include <system_error>
#include <vector>

#include <doctest/doctest.h>

#include "multipath/host/current_maps.h"
#include "multipath/host/memory/memory_device_mapper.h"

using namespace multipath;

namespace {

struct World {
  dm::MemoryDeviceMapper mapper;
  CurrentMap map;

  World() {
    mapper.put(dm::NewMap{
        "m", "mpath-1", {{0, 8, "multipath", "0 0 1 1 service-time 0 2 1 8:0 1 8:16 1"}}});
    std::vector<Finding> findings;
    map = read_maps(mapper, findings).at(0);
  }
};

int error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const std::system_error& error) {
    return error.code().value();
  }
  return 0;
}

}  // namespace

TEST_CASE("a message succeeded if its effect is visible") {
  World world;
  CHECK(error_of([&] { set_path(world.mapper, world.map, {8, 0}, PathUse::fail); }) == 0);
  CHECK(error_of([&] { set_path(world.mapper, world.map, {8, 0}, PathUse::reinstate); }) == 0);
  CHECK(error_of([&] { set_queueing(world.mapper, world.map, Queueing::on); }) == 0);
  CHECK(error_of([&] { set_queueing(world.mapper, world.map, Queueing::off); }) == 0);
}

TEST_CASE("a message without a visible effect failed") {
  for (const char* verb : {"status", "table"}) {
    CAPTURE(verb);
    World world;
    world.mapper.inject({.verb = verb, .map = "m", .error = EIO});
    const bool status = std::string(verb) == "status";
    CHECK(error_of([&] {
            if (status) {
              set_path(world.mapper, world.map, {8, 0}, PathUse::fail);
            } else {
              set_queueing(world.mapper, world.map, Queueing::on);
            }
          }) == EIO);
  }
}
