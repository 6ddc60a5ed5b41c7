#include <doctest/doctest.h>

#include "multipath/planning/group.h"
#include "tests/support/sample_paths.h"

using namespace multipath;
using Groups = std::vector<std::vector<std::string>>;

namespace {

Groups names(const std::vector<PathGroup>& groups) {
  Groups result;
  for (const PathGroup& group : groups) {
    result.emplace_back();
    for (const Path& path : group.paths) result.back().push_back(path.kname);
  }
  return result;
}

std::vector<Path> four_paths() {
  auto paths = tests::sample_paths(0, 4, 1);
  for (Path& path : paths) path.priority = 1;
  return paths;
}

}  // namespace

TEST_CASE("group_by_serial makes a group of each serial number") {
  auto paths = four_paths();
  for (std::size_t i = 0; i < 4; ++i) paths[i].serial = i % 2 == 0 ? "A" : "B";
  CHECK(names(group_paths(paths, PathGroupingPolicy::group_by_serial)) ==
        Groups{{"sda", "sdc"}, {"sdb", "sdd"}});
}

TEST_CASE("group_by_node_name makes a group of each target") {
  auto paths = four_paths();
  paths[0].target_node_name = paths[3].target_node_name = "iqn.2003-01.org.linux-iscsi:a";
  paths[1].target_node_name = paths[2].target_node_name = "iqn.2003-01.org.linux-iscsi:b";
  CHECK(names(group_paths(paths, PathGroupingPolicy::group_by_node_name)) ==
        Groups{{"sda", "sdd"}, {"sdb", "sdc"}});
}

TEST_CASE("group_by_tpg makes a group of each target port group, best priority first") {
  auto paths = four_paths();
  for (std::size_t i = 0; i < 4; ++i) {
    set_port_group(paths[i], static_cast<std::uint16_t>(i / 2));
    paths[i].priority = i / 2 == 0 ? 10 : 50;
  }
  CHECK(names(group_paths(paths, PathGroupingPolicy::group_by_tpg)) ==
        Groups{{"sdc", "sdd"}, {"sda", "sdb"}});
}

TEST_CASE("paths without the policy's fact are one group") {
  auto paths = four_paths();
  paths[1].serial = "A";
  CHECK(names(group_paths(paths, PathGroupingPolicy::group_by_serial)) ==
        Groups{{"sda", "sdc", "sdd"}, {"sdb"}});
  for (const auto policy :
       {PathGroupingPolicy::group_by_node_name, PathGroupingPolicy::group_by_tpg})
    CHECK(group_paths(paths, policy).size() == 1);
}

TEST_CASE("of equal groups the one with more working paths is first") {
  auto paths = four_paths();
  for (std::size_t i = 0; i < 4; ++i) paths[i].serial = i % 2 == 0 ? "A" : "B";
  paths[0].checker_state = CheckerState::faulty;
  CHECK(names(group_paths(paths, PathGroupingPolicy::group_by_serial)) ==
        Groups{{"sdb", "sdd"}, {"sda", "sdc"}});
}

TEST_CASE("with failover a failed path is a group of priority 0") {
  auto paths = four_paths();
  paths[0].checker_state = CheckerState::faulty;
  const auto groups = group_paths(paths, PathGroupingPolicy::failover);
  CHECK(names(groups) == Groups{{"sdb"}, {"sdc"}, {"sdd"}, {"sda"}});
  CHECK(groups.back().priority == 0);
}
