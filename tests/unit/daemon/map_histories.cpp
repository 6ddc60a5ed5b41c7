#include "multipath/daemon/map_histories.h"

#include <doctest/doctest.h>

using namespace multipath;
using namespace multipath::daemon;

namespace {

watch::Instant at(int seconds) { return watch::Instant(std::chrono::seconds(seconds)); }

/// Two groups of a path each.
CurrentMap map_of(bool first_failed, bool second_failed, std::uint32_t group, bool queues) {
  CurrentMap map;
  map.uuid = "mpath-3600";
  if (queues) map.table.features = {"queue_if_no_path"};
  map.table.initial_group = group;
  map.status.emplace();
  map.status->current_group = group;
  const auto add = [&](std::uint32_t minor_part, bool failed) {
    map.table.groups.push_back({"service-time", {}, {{{8, minor_part}, {"1"}}}});
    const auto state = failed ? PathDmState::failed : PathDmState::active;
    map.status->groups.push_back({GroupStatus::enabled, {{{8, minor_part}, state, 0}}});
  };
  add(0, first_failed);
  add(16, second_failed);
  return map;
}

}  // namespace

TEST_CASE("faults, switches, loads and waits of a map are counted from its states") {
  MapHistories histories;
  const std::string uuid = "mpath-3600";
  histories.see(at(0), map_of(false, false, 1, true));
  CHECK(histories.of(at(0), uuid) == MapHistory{});
  histories.see(at(1), map_of(true, false, 2, true));
  CHECK(histories.of(at(1), uuid) == MapHistory{.path_faults = 1, .switches = 1});
  histories.see(at(2), map_of(true, true, 0, true));
  CHECK(histories.of(at(7), uuid) ==
        MapHistory{.path_faults = 2, .switches = 1, .queued_seconds = 5});
  histories.see(at(12), map_of(true, true, 0, false));
  const MapHistory timed_out{
      .path_faults = 2, .switches = 1, .queued_seconds = 10, .queue_timeouts = 1, .failures = 1};
  CHECK(histories.of(at(20), uuid) == timed_out);
  CurrentMap loaded = map_of(false, false, 2, true);
  loaded.table.groups.pop_back();
  histories.see(at(21), loaded);
  CHECK(histories.of(at(21), uuid).loads == 1);
  CHECK(histories.of(at(21), uuid).switches == 1);
  CHECK(histories.reset(at(22), uuid));
  CHECK(histories.of(at(22), uuid) == MapHistory{});
  CHECK_FALSE(histories.reset(at(22), "mpath-none"));
}

TEST_CASE("a map that is seen without a path at first has not failed before") {
  MapHistories histories;
  histories.see(at(0), map_of(true, true, 0, true));
  CHECK(histories.of(at(3), "mpath-3600") == MapHistory{.queued_seconds = 3});
}
