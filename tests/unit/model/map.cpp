#include "multipath/model/map.h"

#include <doctest/doctest.h>

using namespace multipath;

namespace {

Path path(std::uint32_t minor) {
  Path result;
  result.number = {.major = 8, .minor = minor};
  return result;
}

Map map_of(std::vector<PathGroup> groups) {
  auto wwid = *Wwid::from_text("3600");
  return {.wwid = std::move(wwid),
          .name = "mpatha",
          .size_sectors = 2048,
          .features = {},
          .hardware_handler = {},
          .selector_arguments = {},
          .groups = std::move(groups)};
}

}  // namespace

TEST_CASE("every grouping policy is read back from its own name") {
  for (int i = 0; i <= static_cast<int>(PathGroupingPolicy::group_by_tpg); ++i) {
    const auto policy = static_cast<PathGroupingPolicy>(i);
    CHECK(path_grouping_policies.parse(to_string(policy)) == policy);
  }
  CHECK(to_string(PathGroupingPolicy::group_by_node_name) == "group_by_node_name");
  for (const auto* text : {"", "Failover", "multibus ", "group_by", "unknown"})
    CHECK_MESSAGE(!path_grouping_policies.parse(text), text);
}

TEST_CASE("a map's table gives every path one word for its selector") {
  auto map = map_of(
      {{.paths = {path(16), path(32)}, .priority = 50}, {.paths = {path(48)}, .priority = 10}});
  map.features = {"queue_if_no_path"};
  map.hardware_handler = {"alua"};
  CHECK(format(table_of(map)) ==
        "1 queue_if_no_path 1 alua 2 1 service-time 0 2 1 8:16 1 8:32 1 service-time 0 1 1 8:48 1");
}

TEST_CASE("a map's table has its selector's arguments in every group") {
  auto map = map_of({{.paths = {path(16)}}, {.paths = {path(32)}}});
  map.selector = "historical-service-time";
  map.selector_arguments = {"0", "100"};
  CHECK(format(table_of(map)) ==
        "0 0 2 1 historical-service-time 2 0 100 1 1 8:16 1 historical-service-time 2 0 100 1 1 "
        "8:32 1");
}

TEST_CASE("a map without a group has no initial group") {
  CHECK(format(table_of(map_of({}))) == "0 0 0 0");
}
