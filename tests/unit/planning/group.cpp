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

TEST_CASE("failover makes one group per path, best first") {
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

TEST_CASE("a path without a priority counts as 0") {
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

TEST_CASE("a failed path stays in its live group") {
  const MultipathTable live = live_pairs();
  for (std::size_t failed = 0; failed < 4; ++failed) {
    CAPTURE(failed);
    auto paths = paths_of({50, 50, 10, 10});
    fail(paths[failed]);
    CHECK(names(group_paths(paths, PathGroupingPolicy::group_by_prio, &live)) == pairs);
  }
}

TEST_CASE("the priority of a failed or transitioning path is ignored") {
  const MultipathTable live = live_pairs();
  for (const CheckerState state :
       {CheckerState::faulty, CheckerState::pending, CheckerState::delayed, CheckerState::timeout,
        CheckerState::disconnected}) {
    auto paths = paths_of({50, 0, 10, 10});
    paths[1].checker_state = state;
    CHECK(names(group_paths(paths, PathGroupingPolicy::group_by_prio, &live)) == pairs);
  }
}

TEST_CASE("a group with only failed paths keeps its position") {
  const MultipathTable live = live_pairs();
  auto paths = paths_of({50, 50, 10, 10});
  fail(paths[0]);
  fail(paths[1]);
  CHECK(names(group_paths(paths, PathGroupingPolicy::group_by_prio, &live)) == pairs);
  for (Path& path : paths) fail(path);
  CHECK(names(group_paths(paths, PathGroupingPolicy::group_by_prio, &live)) == pairs);
}

TEST_CASE("a failed path follows its target port group when access moves") {
  const MultipathTable live = live_pairs();
  auto paths = paths_of({10, 10, 50, 50});
  fail(paths[1]);
  CHECK(names(group_paths(paths, PathGroupingPolicy::group_by_prio, &live)) ==
        Groups{{"sdc", "sdd"}, {"sda", "sdb"}});
}

TEST_CASE("the target port group places a path in a mixed live group") {
  MultipathTable live;
  live.groups = {{"service-time", {}, {{{8, 0}, {}}, {{8, 16}, {}}, {{8, 32}, {}}, {{8, 48}, {}}}}};
  auto paths = paths_of({50, 50, 10, 10});
  for (std::size_t i = 0; i < 4; ++i) set_port_group(paths[i], static_cast<std::uint16_t>(i / 2));
  fail(paths[3]);
  CHECK(names(group_paths(paths, PathGroupingPolicy::group_by_prio, &live)) == pairs);
}

TEST_CASE("a new failed path joins its target port group") {
  auto paths = paths_of({50, 50, 10, 10});
  for (std::size_t i = 0; i < 4; ++i) set_port_group(paths[i], static_cast<std::uint16_t>(i / 2));
  fail(paths[3]);
  CHECK(names(group_paths(paths, PathGroupingPolicy::group_by_prio)) == pairs);
}

TEST_CASE("a failed path takes the serial number of its live group") {
  const MultipathTable live = live_pairs();
  auto paths = paths_of({1, 1, 1, 1});
  for (std::size_t i = 0; i < 4; ++i) paths[i].serial = i < 2 ? "A" : "B";
  fail(paths[3]);
  paths[3].serial.reset();
  CHECK(names(group_paths(paths, PathGroupingPolicy::group_by_serial, &live)) == pairs);
}

TEST_CASE("with failover a failed path keeps its position") {
  auto paths = paths_of({1, 1, 1, 1});
  std::ranges::swap(paths[0], paths[2]);
  const MultipathTable live = live_singles(paths);
  std::ranges::swap(paths[0], paths[2]);
  fail(paths[1]);
  CHECK(names(group_paths(paths, PathGroupingPolicy::failover, &live)) ==
        Groups{{"sdc"}, {"sdb"}, {"sda"}, {"sdd"}});
}

TEST_CASE("a group that loses its better paths keeps its rank") {
  const MultipathTable live = live_pairs();
  auto paths = paths_of({50, 10, 20, 20});
  for (std::size_t i = 0; i < 4; ++i) paths[i].serial = i < 2 ? "A" : "B";
  CHECK(names(group_paths(paths, PathGroupingPolicy::group_by_serial, &live)) == pairs);
  fail(paths[0]);
  paths[1].priority = 10;
  CHECK(names(group_paths(paths, PathGroupingPolicy::group_by_serial, &live)) == pairs);
}
