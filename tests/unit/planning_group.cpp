#include <doctest/doctest.h>

#include "multipath/planning/group.h"
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
