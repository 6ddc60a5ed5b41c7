#include "multipath/planning/partitions.h"

#include <doctest/doctest.h>

using namespace multipath;

namespace {

CurrentMap map_of(std::uint64_t sectors) {
  CurrentMap map;
  map.name = "mpatha";
  map.uuid = "mpath-3600";
  map.number = {253, 0};
  map.size_sectors = sectors;
  return map;
}

PartitionMap present(std::uint32_t number, std::uint64_t start, std::uint64_t sectors,
                     std::int32_t open_count = 0) {
  return {.name = "mpatha-part" + std::to_string(number),
          .uuid = partition_uuid(number, "mpath-3600"),
          .map = {253, 0},
          .partition = {number, start, sectors},
          .linear = true,
          .open_count = open_count};
}

std::vector<PartitionAction> planned(const std::vector<Partition>& table,
                                     const std::vector<PartitionMap>& there,
                                     const std::set<std::string>& taken = {}) {
  return plan_partitions(map_of(100'000), table, there, taken, default_partition_delimiter);
}

}  // namespace

TEST_CASE("each partition of the table gets a map") {
  const auto actions = planned({{1, 2048, 1000}, {5, 4096, 2000}}, {});
  REQUIRE(actions.size() == 2);
  CHECK(actions[0].verb == PartitionVerb::create);
  CHECK(actions[0].name == "mpatha-part1");
  CHECK(actions[0].uuid == "part1-mpath-3600");
  CHECK(actions[0].partition == Partition{1, 2048, 1000});
  CHECK(actions[1].name == "mpatha-part5");
}

TEST_CASE("a correct partition map stays under any name") {
  PartitionMap by_hand = present(1, 2048, 1000);
  by_hand.name = "mpatha1";
  const auto actions = planned({{1, 2048, 1000}}, {by_hand});
  REQUIRE(actions.size() == 1);
  CHECK(actions[0].verb == PartitionVerb::nothing);
  CHECK(actions[0].name == "mpatha1");
}

TEST_CASE("a partition that grew is reloaded even if in use") {
  const auto actions = planned({{1, 2048, 3000}}, {present(1, 2048, 1000, 1)});
  REQUIRE(actions.size() == 1);
  CHECK(actions[0].verb == PartitionVerb::reload);
  CHECK(actions[0].partition.sectors == 3000);
}

TEST_CASE("a moved partition in use is not changed") {
  CHECK(planned({{1, 4096, 1000}}, {present(1, 2048, 1000, 1)}).front().verb ==
        PartitionVerb::refuse);
  CHECK(planned({{1, 4096, 1000}}, {present(1, 2048, 1000, 0)}).front().verb ==
        PartitionVerb::reload);
}

TEST_CASE("a deleted partition is removed first unless in use") {
  const auto actions =
      planned({{2, 4096, 1000}}, {present(1, 2048, 1000), present(3, 9000, 10, 2)});
  REQUIRE(actions.size() == 3);
  CHECK(actions[0].verb == PartitionVerb::remove);
  CHECK(actions[1].verb == PartitionVerb::refuse);
  CHECK(actions[1].reason ==
        "the partition table no longer contains partition 3, but it is open 2 times");
  CHECK(actions[2].verb == PartitionVerb::create);
}

TEST_CASE("a partition beyond the map's end is not created") {
  for (const Partition& partition :
       {Partition{1, 99'999, 2}, Partition{1, 100'000, 1}, Partition{1, ~std::uint64_t{0}, 2},
        Partition{1, 2, ~std::uint64_t{0}}, Partition{1, 0, 0}}) {
    CHECK(planned({partition}, {}).front().verb == PartitionVerb::refuse);
  }
  CHECK(planned({{1, 99'999, 1}}, {}).front().verb == PartitionVerb::create);
}

TEST_CASE("a taken or too long name is rejected") {
  CHECK(planned({{1, 2048, 10}}, {}, {"mpatha-part1"}).front().verb == PartitionVerb::refuse);
  CurrentMap map = map_of(100'000);
  map.name = std::string(121, 'a');
  const std::vector<Partition> table{{1, 2048, 10}};
  CHECK(plan_partitions(map, table, {}, {}, "-part").front().verb == PartitionVerb::create);
  map.name += "a";
  CHECK(plan_partitions(map, table, {}, {}, "-part").front().verb == PartitionVerb::refuse);
}

TEST_CASE("a partition uuid on a non-linear table is reloaded") {
  PartitionMap odd = present(1, 0, 0);
  odd.linear = false;
  CHECK(planned({{1, 2048, 10}}, {odd}).front().verb == PartitionVerb::reload);
}
