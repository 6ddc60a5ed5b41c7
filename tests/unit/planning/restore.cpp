#include "multipath/planning/restore.h"

#include <doctest/doctest.h>

using namespace multipath;

namespace {

constexpr DeviceNumber sda{8, 0}, sdb{8, 16};

CurrentMap map_with(PathDmState of_sda, PathDmState of_sdb) {
  CurrentMap map;
  map.status.emplace();
  map.status->groups = {{.status = GroupStatus::active, .paths = {{sda, of_sda}, {sdb, of_sdb}}}};
  return map;
}

Path path(DeviceNumber number, CheckerState state) {
  Path path;
  path.number = number;
  path.checker_state = state;
  return path;
}

constexpr auto active = PathDmState::active, failed = PathDmState::failed;

}  // namespace

TEST_CASE("working failed paths are reinstated") {
  const std::vector<Path> paths{path(sda, CheckerState::ready), path(sdb, CheckerState::faulty)};
  const Restoration restoration = restoration_of(map_with(failed, failed), paths, {});
  CHECK(restoration.working == std::vector{sda});
  CHECK(restoration.silent == std::vector{sdb});
  CHECK(restoration.has_path);
}

TEST_CASE("a map has a path if one works or device-mapper uses one") {
  const std::vector<Path> paths{path(sda, CheckerState::faulty), path(sdb, CheckerState::faulty)};
  CHECK_FALSE(restoration_of(map_with(failed, failed), paths, {}).has_path);
  CHECK(restoration_of(map_with(failed, active), paths, {}).has_path);
  // One that is no SCSI disk is not among the paths.
  CHECK(restoration_of(map_with(failed, active), {}, {}).has_path);
}

TEST_CASE("a vanished path does not count") {
  const Restoration restoration = restoration_of(map_with(failed, active), {}, {sda, sdb});
  CHECK(restoration == Restoration{});
}
