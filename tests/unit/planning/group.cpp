#include "multipath/planning/group.h"

#include <algorithm>

#include <doctest/doctest.h>

#include "tests/support/sample_paths.h"

using namespace multipath;
using Groups = std::vector<std::vector<std::string>>;

namespace {

std::vector<Path> paths_of(const std::vector<int>& priorities) {
  auto paths = tests::sample_paths(0, static_cast<int>(priorities.size()), 1);
  for (std::size_t i = 0; i < paths.size(); ++i) paths[i].priority = priorities[i];
  return paths;
}

Groups names(const std::vector<PathGroup>& groups) {
  Groups result;
  for (const PathGroup& group : groups) {
    result.emplace_back();
    for (const Path& path : group.paths) result.back().push_back(path.kname);
  }
  return result;
}

}  // namespace

TEST_CASE("failover makes a group of each path, best first, equals in the paths' order") {
  CHECK(names(group_paths(paths_of({10, 50, 10, 50}), PathGroupingPolicy::failover)) ==
        Groups{{"sdb"}, {"sdd"}, {"sda"}, {"sdc"}});
}

TEST_CASE("multibus makes one group of all paths, in their order") {
  CHECK(names(group_paths(paths_of({10, 50, 10}), PathGroupingPolicy::multibus)) ==
        Groups{{"sda", "sdb", "sdc"}});
}

TEST_CASE("group_by_prio makes a group of each priority, best first") {
  CHECK(names(group_paths(paths_of({10, 50, 10, 50, 1}), PathGroupingPolicy::group_by_prio)) ==
        Groups{{"sdb", "sdd"}, {"sda", "sdc"}, {"sde"}});
}

TEST_CASE("no paths make no groups") {
  CHECK(group_paths({}, PathGroupingPolicy::failover).empty());
  CHECK(group_paths({}, PathGroupingPolicy::multibus).empty());
}

TEST_CASE("a group's priority is the mean of its working paths'") {
  auto paths = paths_of({10, 51, 90, 7});
  paths[2].checker_state = CheckerState::faulty;
  paths[3].checker_state = CheckerState::ghost;
  const auto groups = group_paths(paths, PathGroupingPolicy::multibus);
  CHECK(groups.at(0).priority == (10 + 51 + 7) / 3);
}

TEST_CASE("a group without a working path has priority 0") {
  auto paths = paths_of({10, 50});
  for (Path& path : paths) path.checker_state = CheckerState::faulty;
  CHECK(group_paths(paths, PathGroupingPolicy::multibus).at(0).priority == 0);
}

TEST_CASE("a path that was not asked for its priority counts as 0") {
  auto paths = paths_of({10, 10});
  paths[0].priority.reset();
  CHECK(group_paths(paths, PathGroupingPolicy::multibus).at(0).priority == 5);
  CHECK(names(group_paths(paths, PathGroupingPolicy::failover)) == Groups{{"sdb"}, {"sda"}});
}

namespace {

/// sda and sdb in one live group, sdc and sdd in the other.
MultipathTable live_pairs() {
  MultipathTable table;
  table.initial_group = 1;
  table.groups = {{"service-time", {}, {{{8, 0}, {}}, {{8, 16}, {}}}},
                  {"service-time", {}, {{{8, 32}, {}}, {{8, 48}, {}}}}};
  return table;
}

MultipathTable live_singles(const std::vector<Path>& paths) {
  MultipathTable table;
  table.initial_group = 1;
  for (const Path& path : paths) table.groups.push_back({"service-time", {}, {{path.number, {}}}});
  return table;
}

void fail(Path& path, CheckerState state = CheckerState::faulty) {
  path.checker_state = state;
  path.priority.reset();
  path.answered = false;
}

const Groups pairs{{"sda", "sdb"}, {"sdc", "sdd"}};

}  // namespace

TEST_CASE("a path that is down stays with the paths of its group in the live table") {
  const MultipathTable live = live_pairs();
  for (std::size_t failed = 0; failed < 4; ++failed) {
    CAPTURE(failed);
    auto paths = paths_of({50, 50, 10, 10});
    fail(paths[failed]);
    CHECK(names(group_paths(paths, PathGroupingPolicy::group_by_prio, &live)) == pairs);
  }
}

TEST_CASE("what a path that is down or in transition says of its priority does not count") {
  const MultipathTable live = live_pairs();
  for (const CheckerState state :
       {CheckerState::faulty, CheckerState::pending, CheckerState::delayed, CheckerState::timeout,
        CheckerState::disconnected}) {
    auto paths = paths_of({50, 0, 10, 10});
    paths[1].checker_state = state;
    CHECK(names(group_paths(paths, PathGroupingPolicy::group_by_prio, &live)) == pairs);
  }
}

TEST_CASE("a group whose paths are all down keeps its place in the live table") {
  const MultipathTable live = live_pairs();
  auto paths = paths_of({50, 50, 10, 10});
  fail(paths[0]);
  fail(paths[1]);
  CHECK(names(group_paths(paths, PathGroupingPolicy::group_by_prio, &live)) == pairs);
  for (Path& path : paths) fail(path);
  CHECK(names(group_paths(paths, PathGroupingPolicy::group_by_prio, &live)) == pairs);
}

TEST_CASE("when the array moves its access, a path that is down moves with its group") {
  const MultipathTable live = live_pairs();
  auto paths = paths_of({10, 10, 50, 50});
  fail(paths[1]);
  CHECK(names(group_paths(paths, PathGroupingPolicy::group_by_prio, &live)) ==
        Groups{{"sdc", "sdd"}, {"sda", "sdb"}});
}

TEST_CASE("in a live group of several priorities the target port group says where a path belongs") {
  MultipathTable live;
  live.groups = {{"service-time", {}, {{{8, 0}, {}}, {{8, 16}, {}}, {{8, 32}, {}}, {{8, 48}, {}}}}};
  auto paths = paths_of({50, 50, 10, 10});
  for (std::size_t i = 0; i < 4; ++i) paths[i].port_group = static_cast<std::uint16_t>(i / 2);
  fail(paths[3]);
  CHECK(names(group_paths(paths, PathGroupingPolicy::group_by_prio, &live)) == pairs);
}

TEST_CASE("a new path that is down joins those of its target port group") {
  auto paths = paths_of({50, 50, 10, 10});
  for (std::size_t i = 0; i < 4; ++i) paths[i].port_group = static_cast<std::uint16_t>(i / 2);
  fail(paths[3]);
  CHECK(names(group_paths(paths, PathGroupingPolicy::group_by_prio)) == pairs);
}

TEST_CASE("a serial number that a path that is down does not give is that of its live group") {
  const MultipathTable live = live_pairs();
  auto paths = paths_of({1, 1, 1, 1});
  for (std::size_t i = 0; i < 4; ++i) paths[i].serial = i < 2 ? "A" : "B";
  fail(paths[3]);
  paths[3].serial.reset();
  CHECK(names(group_paths(paths, PathGroupingPolicy::group_by_serial, &live)) == pairs);
}

TEST_CASE("with failover a path that is down keeps its place, whatever the order of its equals") {
  auto paths = paths_of({1, 1, 1, 1});
  std::ranges::swap(paths[0], paths[2]);
  const MultipathTable live = live_singles(paths);
  std::ranges::swap(paths[0], paths[2]);
  fail(paths[1]);
  CHECK(names(group_paths(paths, PathGroupingPolicy::failover, &live)) ==
        Groups{{"sdc"}, {"sdb"}, {"sda"}, {"sdd"}});
}

TEST_CASE("a group that loses the better of its paths does not fall behind another one") {
  const MultipathTable live = live_pairs();
  auto paths = paths_of({50, 10, 20, 20});
  for (std::size_t i = 0; i < 4; ++i) paths[i].serial = i < 2 ? "A" : "B";
  CHECK(names(group_paths(paths, PathGroupingPolicy::group_by_serial, &live)) == pairs);
  fail(paths[0]);
  paths[1].priority = 10;
  CHECK(names(group_paths(paths, PathGroupingPolicy::group_by_serial, &live)) == pairs);
}
