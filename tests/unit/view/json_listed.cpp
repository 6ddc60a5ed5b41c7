#include "multipath/view/json_listed.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace multipath;
using Json = nlohmann::json;

namespace {

ListedMap sample_map() {
  ListedMap map;
  map.topology.name = "mpatha";
  map.topology.wwid = "3600";
  map.topology.kname = "dm-3";
  map.topology.product = "a\"quote";
  map.history = MapHistory{.path_faults = 2, .queue_timeouts = 1};
  TopologyPath path;
  path.kname = "sda";
  path.number = {8, 0};
  path.dm_state = PathDmState::failed;
  path.checker_state = CheckerState::faulty;
  path.priority = 50;
  map.topology.groups = {{"service-time 0", 50, GroupStatus::active, {path}},
                         {"service-time 0", 10, GroupStatus::enabled, {path, path}}};
  return map;
}

}  // namespace

TEST_CASE("multipathd's document of maps has the keys and types that libdmmp reads") {
  const std::vector<ListedMap> maps{sample_map()};
  const Json document = Json::parse(json_of_listed_maps(maps, {}));
  CHECK(document["major_version"] == 0);
  CHECK(document["minor_version"] == 1);
  REQUIRE(document["maps"].size() == 1);
  const Json& map = document["maps"][0];
  CHECK(map["name"] == "mpatha");
  CHECK(map["uuid"] == "3600");
  CHECK(map["sysfs"] == "dm-3");
  CHECK(map["prod"] == "a\"quote");
  CHECK(map["paths"] == 3);
  CHECK(map["path_faults"] == 2);
  CHECK(map["q_timeouts"] == 1);
  CHECK(map["path_groups"][1]["group"] == 2);
  CHECK(map["path_groups"][0]["dm_st"] == "active");
  const Json& path = map["path_groups"][0]["paths"][0];
  CHECK(path["dev"] == "sda");
  CHECK(path["dev_t"] == "8:0");
  CHECK(path["dm_st"] == "failed");
  CHECK(path["chk_st"] == "faulty");
  CHECK(path["pri"] == 50);
}

TEST_CASE("multipathd's document of one map has the map under another key") {
  const Json document = Json::parse(json_of_listed_map(sample_map(), {}));
  CHECK(document["map"]["name"] == "mpatha");
  CHECK_FALSE(document.contains("maps"));
}
