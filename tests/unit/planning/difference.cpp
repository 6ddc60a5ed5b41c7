#include "multipath/planning/difference.h"

#include <doctest/doctest.h>

#include "multipath/planning/group.h"
#include "tests/support/fake_host.h"
#include "tests/support/sample_paths.h"

using namespace multipath;

namespace {

Map map_of(const std::vector<Path>& paths,
           PathGroupingPolicy policy = PathGroupingPolicy::failover) {
  return {.wwid = tests::wwid_of_unit(1),
          .name = "mpatha",
          .size_sectors = 2048,
          .features = {},
          .hardware_handler = {},
          .selector_arguments = {},
          .groups = group_paths(paths, policy)};
}

/// The map with those table parameters in the kernel, as they are printed back.
CurrentMap in_kernel(const std::string& parameters) {
  dm::MemoryDeviceMapper mapper;
  mapper.put({"mpatha",
              map_uuid(tests::wwid_of_unit(1)),
              {{0, 2048, "multipath", parameters}},
              dm::Access::read_write});
  return tests::current_map(mapper, "mpatha");
}

std::string table_difference(const Map& desired, const std::string& parameters) {
  const Difference found = difference(desired, in_kernel(parameters), PathIndex({}));
  CHECK(found.size.empty());
  return found.table;
}

const std::string two_groups = "0 0 2 1 service-time 0 1 1 8:0 1 service-time 0 1 1 8:16 1";

}  // namespace

TEST_CASE("a map equals itself, with the kernel's default arguments") {
  const Map map = map_of(tests::sample_paths(0, 2, 1));
  CHECK(in_kernel(format(table_of(map))).table.groups.at(0).paths.at(0).arguments ==
        std::vector<std::string>{"1", "1"});
  CHECK(table_difference(map, format(table_of(map))).empty());
}

TEST_CASE("non-default arguments are a difference") {
  const Map map = map_of(tests::sample_paths(0, 2, 1));
  CHECK(table_difference(map, "0 0 2 1 service-time 0 1 2 8:0 1 5 service-time 0 1 1 8:16 1") ==
        "arguments '1 5' of path 8:0, should be '1'");
  CHECK(table_difference(map, "0 0 2 1 service-time 0 1 1 8:0 1 service-time 0 1 1 8:16 7") ==
        "arguments '7 1' of path 8:16, should be '1'");
}

TEST_CASE("the active group printed as the initial one is not a difference") {
  CHECK(table_difference(map_of(tests::sample_paths(0, 2, 1)),
                         "0 0 2 2 service-time 0 1 1 8:0 1 service-time 0 1 1 8:16 1")
            .empty());
}

TEST_CASE("an unconfigured hardware handler is the device's own") {
  CHECK(table_difference(map_of(tests::sample_paths(0, 2, 1)),
                         "0 1 alua 2 1 service-time 0 1 1 8:0 1 service-time 0 1 1 8:16 1")
            .empty());
}

TEST_CASE("a configured hardware handler must be present") {
  Map map = map_of(tests::sample_paths(0, 2, 1));
  map.hardware_handler = {"alua"};
  CHECK(table_difference(map, two_groups) == "hardware handler '', should be 'alua'");
}

TEST_CASE("missing paths are added, extra paths removed") {
  CHECK(table_difference(map_of(tests::sample_paths(0, 3, 1)), two_groups) ==
        "path sdc (8:32) added");
  CHECK(table_difference(map_of(tests::sample_paths(0, 1, 1)), two_groups) == "path 8:16 removed");
}

TEST_CASE("the order of groups with one priority does not matter") {
  CHECK(table_difference(map_of(tests::sample_paths(0, 2, 1)),
                         "0 0 2 1 service-time 0 1 1 8:16 1 service-time 0 1 1 8:0 1")
            .empty());
}

TEST_CASE("the order of paths in a group does not matter") {
  CHECK(table_difference(map_of(tests::sample_paths(0, 2, 1), PathGroupingPolicy::multibus),
                         "0 0 1 1 service-time 0 2 1 8:16 1 8:0 1")
            .empty());
}

TEST_CASE("the order of groups of different priorities matters") {
  auto paths = tests::sample_paths(0, 3, 1);
  paths[2].priority = 50;
  const Map map = map_of(paths);
  const std::string groups[] = {" service-time 0 1 1 8:0 1", " service-time 0 1 1 8:16 1",
                                " service-time 0 1 1 8:32 1"};
  CHECK(table_difference(map, "0 0 3 1" + groups[2] + groups[1] + groups[0]).empty());
  CHECK(table_difference(map, "0 0 3 1" + groups[0] + groups[1] + groups[2]) ==
        "the grouping or the order of the paths changed");
  CHECK(table_difference(map, "0 0 3 1" + groups[0] + groups[2] + groups[1]) ==
        "the grouping or the order of the paths changed");
}

TEST_CASE("another grouping of the same paths is a difference, either way") {
  const auto paths = tests::sample_paths(0, 2, 1);
  CHECK(table_difference(map_of(paths, PathGroupingPolicy::multibus), two_groups) ==
        "the grouping or the order of the paths changed");
  CHECK(table_difference(map_of(paths), "0 0 1 1 service-time 0 2 1 8:0 1 8:16 1") ==
        "the grouping or the order of the paths changed");
}

TEST_CASE("a duplicate group is a difference") {
  CHECK_FALSE(table_difference(map_of(tests::sample_paths(0, 2, 1)),
                               two_groups.substr(0, 4) + "3 1 service-time 0 1 1 8:0 1 "
                                                         "service-time 0 1 1 8:16 1 "
                                                         "service-time 0 1 1 8:0 1")
                  .empty());
}

TEST_CASE("another selector is a difference") {
  CHECK(table_difference(map_of(tests::sample_paths(0, 2, 1)),
                         "0 0 2 1 service-time 0 1 1 8:0 1 round-robin 0 1 1 8:16 1") ==
        "selector round-robin, should be service-time");
}

TEST_CASE("features are compared as a set of words") {
  Map map = map_of(tests::sample_paths(0, 2, 1));
  const std::string groups = " 0 2 1 service-time 0 1 1 8:0 1 service-time 0 1 1 8:16 1";
  CHECK(table_difference(map, "1 queue_if_no_path" + groups) ==
        "features 'queue_if_no_path', should be ''");
  map.features = {"retain_attached_hw_handler", "queue_if_no_path"};
  CHECK(table_difference(map, "2 queue_if_no_path retain_attached_hw_handler" + groups).empty());
}

TEST_CASE("read-only is a difference, either way") {
  Map map = map_of(tests::sample_paths(0, 2, 1));
  CurrentMap current = in_kernel(two_groups);
  current.read_only = true;
  CHECK(difference(map, current, PathIndex({})).table == "map is read-only, but its paths are not");
  current.read_only = false;
  map.read_only = true;
  CHECK(difference(map, current, PathIndex({})).table == "a path is read-only, but the map is not");
}

TEST_CASE("a table in the inactive slot is a difference") {
  CurrentMap current = in_kernel(two_groups);
  current.has_inactive_table = true;
  CHECK(difference(map_of(tests::sample_paths(0, 2, 1)), current, PathIndex({})).table ==
        "an interrupted run left an inactive table");
}

TEST_CASE("a map without a live table lacks nothing but that") {
  CurrentMap current = in_kernel(two_groups);
  current.has_live_table = false;
  current.size_sectors = 0;
  current.table = {};
  const Difference found = difference(map_of(tests::sample_paths(0, 2, 1)), current, PathIndex({}));
  CHECK(found.table == "map has no live table");
  CHECK(found.size.empty());
}

TEST_CASE("a different size is reported separately") {
  Map map = map_of(tests::sample_paths(0, 3, 1));
  map.size_sectors = 4096;
  const Difference found = difference(map, in_kernel(two_groups), PathIndex({}));
  CHECK(found.size == "2048 sectors, should be 4096");
  CHECK(found.table == "path sdc (8:32) added");
  CHECK_FALSE(found.nothing());
}
