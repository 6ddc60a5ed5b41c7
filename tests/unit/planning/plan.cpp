#include "multipath/planning/plan.h"

#include <algorithm>
#include <variant>

#include <doctest/doctest.h>

#include "tests/support/fake_host.h"
#include "tests/support/sample_paths.h"

using namespace multipath;
using dm::MemoryDeviceMapper;
using tests::plan_for;
using tests::sample_path;
using tests::sample_paths;
using tests::wwid_of_unit;

namespace {

const std::string two_groups = "0 0 2 1 service-time 0 1 1 8:0 1 service-time 0 1 1 8:16 1";

/// Unit 1 as a map of sda and sdb.
void put_map(MemoryDeviceMapper& mapper, const std::string& name = wwid_of_unit(1).text(),
             const std::string& parameters = two_groups) {
  mapper.put({name,
              map_uuid(wwid_of_unit(1)),
              {{0, 2048, "multipath", parameters}},
              dm::Access::read_write});
}

Action only_action(const Plan& plan) {
  REQUIRE(plan.actions.size() == 1);
  CHECK_FALSE(plan.actions.front().reason.empty());
  return plan.actions.front();
}

bool says(const Plan& plan, const std::string& subject, const std::string& part) {
  return std::ranges::any_of(plan.findings, [&](const Finding& finding) {
    return finding.subject == subject && finding.text.find(part) != std::string::npos;
  });
}

}  // namespace

TEST_CASE("paths without a map make a plan to create one") {
  MemoryDeviceMapper mapper;
  const Action action = only_action(plan_for(sample_paths(0, 4, 1), mapper));
  CHECK(action.verb == Verb::create);
  CHECK(action.reason == "4 paths with this WWID and no map");
  CHECK(action.desired.name == wwid_of_unit(1).text());
  CHECK(action.desired.size_sectors == 2048);
  CHECK(action.desired.groups.size() == 4);
  CHECK_FALSE(action.current);
}

TEST_CASE("a correct map needs no action") {
  MemoryDeviceMapper mapper;
  put_map(mapper);
  const Action action = only_action(plan_for(sample_paths(0, 2, 1), mapper));
  CHECK(action.verb == Verb::nothing);
  CHECK(action.current);
}

TEST_CASE("an added path causes a reload") {
  MemoryDeviceMapper mapper;
  put_map(mapper);
  const Action action = only_action(plan_for(sample_paths(0, 3, 1), mapper));
  CHECK(action.verb == Verb::reload);
  CHECK(action.reason == "path sdc (8:32) added");
}

TEST_CASE("a vanished path causes a reload") {
  MemoryDeviceMapper mapper;
  put_map(mapper);
  const Action action = only_action(plan_for(sample_paths(0, 1, 1), mapper));
  CHECK(action.verb == Verb::reload);
  CHECK(action.reason == "path 8:16 removed");
}

TEST_CASE("a different size of all paths causes a resize") {
  MemoryDeviceMapper mapper;
  put_map(mapper);
  auto paths = sample_paths(0, 2, 1);
  for (Path& path : paths) path.size_sectors = 4096;
  const Action action = only_action(plan_for(paths, mapper));
  CHECK(action.verb == Verb::resize);
  CHECK(action.reason == "2048 sectors, should be 4096");
  CHECK(action.desired.size_sectors == 4096);
}

TEST_CASE("a resize that also changes paths has both reasons") {
  MemoryDeviceMapper mapper;
  put_map(mapper);
  auto paths = sample_paths(0, 3, 1);
  for (Path& path : paths) path.size_sectors = 4096;
  const Action action = only_action(plan_for(paths, mapper));
  CHECK(action.verb == Verb::resize);
  CHECK(action.reason == "2048 sectors, should be 4096; path sdc (8:32) added");
}

TEST_CASE("a silent path's old size does not resize a map") {
  MemoryDeviceMapper mapper;
  put_map(mapper);
  auto paths = sample_paths(0, 2, 1);
  for (Path& path : paths) path.size_sectors = 4096;
  paths[0].answered = false;
  paths[0].size_sectors = 2048;
  CHECK(only_action(plan_for(paths, mapper)).desired.size_sectors == 4096);
}

TEST_CASE("a map whose paths are all silent keeps its size and its table") {
  MemoryDeviceMapper mapper;
  put_map(mapper);
  auto paths = sample_paths(0, 2, 1);
  for (Path& path : paths) {
    path.answered = false;
    path.size_sectors = 0;
    path.checker_state = CheckerState::faulty;
    path.identity_source = IdentitySource::map_uuid;
    path.priority.reset();
  }
  CHECK(only_action(plan_for(paths, mapper)).verb == Verb::nothing);
}

TEST_CASE("an alias causes only a rename") {
  MemoryDeviceMapper mapper;
  put_map(mapper);
  const Action action = only_action(
      plan_for(sample_paths(0, 2, 1), mapper, {.names = {{wwid_of_unit(1), "mpatha"}}}));
  CHECK(action.verb == Verb::rename);
  CHECK(action.desired.name == "mpatha");
  CHECK(action.renames());
  CHECK(action.reason == "name is " + wwid_of_unit(1).text() +
                             ", should be mpatha (bindings file /etc/multipath/bindings)");
}

TEST_CASE("a reload can include a rename") {
  MemoryDeviceMapper mapper;
  put_map(mapper);
  const Action action = only_action(
      plan_for(sample_paths(0, 3, 1), mapper, {.names = {{wwid_of_unit(1), "mpatha"}}}));
  CHECK(action.verb == Verb::reload);
  CHECK(action.renames());
  CHECK(action.reason == "path sdc (8:32) added; name is " + wwid_of_unit(1).text() +
                             ", should be mpatha (bindings file /etc/multipath/bindings)");
}

TEST_CASE("an untouched map is not renamed") {
  MemoryDeviceMapper mapper;
  put_map(mapper);
  CHECK_FALSE(only_action(plan_for(sample_paths(0, 2, 1), mapper)).renames());
}

TEST_CASE("a new map whose name is taken is named by its WWID") {
  MemoryDeviceMapper mapper;
  mapper.put({"data", "LVM-1", {{0, 8, "linear", "8:64 0"}}, dm::Access::read_write});
  const Plan plan = plan_for(sample_paths(0, 2, 1), mapper, {.names = {{wwid_of_unit(1), "data"}}});
  CHECK(only_action(plan).verb == Verb::create);
  CHECK(only_action(plan).desired.name == wwid_of_unit(1).text());
  CHECK(says(plan, wwid_of_unit(1).text(),
             "name 'data' is in use by the device-mapper device with uuid 'LVM-1'"));
}

TEST_CASE("a new map is rejected if its WWID is a taken name") {
  MemoryDeviceMapper mapper;
  for (const std::string& name : {std::string("data"), wwid_of_unit(1).text()})
    mapper.put({name, "LVM-" + name, {{0, 8, "linear", "8:64 0"}}, dm::Access::read_write});
  const Action action =
      only_action(plan_for(sample_paths(0, 2, 1), mapper, {.names = {{wwid_of_unit(1), "data"}}}));
  CHECK(action.verb == Verb::refuse);
  CHECK(action.reason == "name 'data' is in use by the device-mapper device with uuid 'LVM-data'");
}

TEST_CASE("a map keeps its name if the new one is taken") {
  MemoryDeviceMapper mapper;
  put_map(mapper, "mpatha");
  mapper.put({"data", "", {{0, 8, "linear", "8:64 0"}}, dm::Access::read_write});
  const Plan plan = plan_for(sample_paths(0, 3, 1), mapper, {.names = {{wwid_of_unit(1), "data"}}});
  const Action action = only_action(plan);
  CHECK(action.verb == Verb::reload);
  CHECK(action.desired.name == "mpatha");
  CHECK(says(plan, "mpatha", "keeps its name: name 'data' is in use"));
}

TEST_CASE("of two units with one name the first by WWID gets it") {
  MemoryDeviceMapper mapper;
  auto paths = sample_paths(0, 2, 1);
  for (const Path& path : sample_paths(2, 2, 2)) paths.push_back(path);
  const Plan plan =
      plan_for(paths, mapper, {.names = {{wwid_of_unit(1), "data"}, {wwid_of_unit(2), "data"}}});
  REQUIRE(plan.actions.size() == 2);
  CHECK(plan.actions[0].verb == Verb::create);
  CHECK(plan.actions[0].desired.name == "data");
  CHECK(plan.actions[1].verb == Verb::create);
  CHECK(plan.actions[1].desired.name == wwid_of_unit(2).text());
  CHECK(says(plan, wwid_of_unit(2).text(),
             "name 'data' is in use by the device-mapper device with uuid '" +
                 map_uuid(wwid_of_unit(1)) + "'"));
}

TEST_CASE("a name released in this run can be reused") {
  MemoryDeviceMapper mapper;
  put_map(mapper, "data");
  auto paths = sample_paths(0, 2, 1);
  for (const Path& path : sample_paths(2, 2, 2)) paths.push_back(path);
  const Plan plan =
      plan_for(paths, mapper, {.names = {{wwid_of_unit(1), "old"}, {wwid_of_unit(2), "data"}}});
  REQUIRE(plan.actions.size() == 2);
  CHECK(plan.actions[0].verb == Verb::rename);
  CHECK(plan.actions[1].verb == Verb::create);
}

TEST_CASE("maps that exchange names are renamed in a feasible order") {
  MemoryDeviceMapper mapper;
  std::vector<Path> paths;
  for (const int unit : {1, 2, 3}) {
    mapper.put({std::string("map") + std::to_string(unit),
                map_uuid(wwid_of_unit(unit)),
                {{0, 2048, "multipath", two_groups}},
                dm::Access::read_write});
    for (const Path& path : sample_paths(0, 2, unit)) paths.push_back(path);
  }
  const auto renamed = [&](const std::vector<std::string>& names) {
    std::vector<std::string> result;
    PlanningOptions planning_options;
    for (int unit = 1; unit <= 3; ++unit)
      planning_options.names.emplace(wwid_of_unit(unit),
                                     names.at(static_cast<std::size_t>(unit - 1)));
    for (const Action& action : plan_for(paths, mapper, planning_options).actions) {
      if (action.verb == Verb::rename)
        result.push_back(action.current->name + " " + action.desired.name);
    }
    return result;
  };
  using Renamed = std::vector<std::string>;
  CHECK(renamed({"map2", "map3", "map4"}) == Renamed{"map3 map4", "map2 map3", "map1 map2"});
  CHECK(renamed({"map1", "map3", "map2"}) == Renamed{"map2 map3", "map3 map2"});
  CHECK(renamed({"map2", "map1", "map4"}) == Renamed{"map3 map4", "map1 map2", "map2 map1"});
  CHECK(renamed({"map2", "map3", "map1"}) == Renamed{"map2 map3", "map1 map2", "map3 map1"});
  CHECK(renamed({"map2", "map2", "map4"}) == Renamed{"map3 map4"});
}

TEST_CASE("one path gets no new map, with the remedy") {
  MemoryDeviceMapper mapper;
  const Plan plan = plan_for(sample_paths(0, 1, 1), mapper);
  CHECK(plan.actions.empty());
  CHECK(says(plan, "sda", "-i creates one"));
}

TEST_CASE("one path gets a map if configured") {
  MemoryDeviceMapper mapper;
  const Action action = only_action(plan_for(sample_paths(0, 1, 1), mapper, {.every_unit = true}));
  CHECK(action.verb == Verb::create);
  CHECK(action.reason == "1 path with this WWID and no map");
}

TEST_CASE("a map with one remaining path stays") {
  MemoryDeviceMapper mapper;
  put_map(mapper, wwid_of_unit(1).text(), "0 0 1 1 service-time 0 1 1 8:0 1");
  CHECK(only_action(plan_for(sample_paths(0, 1, 1), mapper)).verb == Verb::nothing);
}

TEST_CASE("conflicting paths reject the whole map and keep an existing one") {
  auto paths = sample_paths(0, 3, 1);
  paths[2].size_sectors = 4096;
  MemoryDeviceMapper empty;
  CHECK(only_action(plan_for(paths, empty)).verb == Verb::refuse);
  MemoryDeviceMapper mapper;
  put_map(mapper);
  const Action action = only_action(plan_for(paths, mapper));
  CHECK(action.verb == Verb::refuse);
  CHECK(action.current);
  CHECK_FALSE(action.renames());
}

TEST_CASE("a path whose unit was replaced is an error that names both") {
  MemoryDeviceMapper mapper;
  put_map(mapper);
  auto paths = sample_paths(0, 2, 1);
  paths[1].wwid = wwid_of_unit(2);
  const Plan plan = plan_for(paths, mapper);
  REQUIRE(plan.findings.size() >= 1);
  CHECK(plan.findings[0].severity == Finding::Severity::error);
  CHECK(says(plan, "sdb", "is a path of map " + wwid_of_unit(1).text()));
  CHECK(says(plan, "sdb", "now identifies as " + wwid_of_unit(2).text()));
  CHECK(only_action(plan).reason == "path sdb (8:16) removed");
}

TEST_CASE("a path removed from its map by an exclusion is reported") {
  MemoryDeviceMapper mapper;
  put_map(mapper);
  auto paths = sample_paths(0, 2, 1);
  paths[1].excluded = true;
  paths[1].trouble = "peripheral type 0x1f is not a disk";
  for (const auto& wwid : {std::optional<Wwid>(), std::optional(wwid_of_unit(1))}) {
    paths[1].wwid = wwid;
    const Plan plan = plan_for(paths, mapper);
    CHECK(says(plan, "sdb",
               "is a path of map " + wwid_of_unit(1).text() +
                   " but excluded: peripheral type 0x1f is not a disk"));
    CHECK(only_action(plan).reason == "path sdb (8:16) removed");
  }
}

TEST_CASE("a map without paths is left alone, with a message") {
  MemoryDeviceMapper mapper;
  put_map(mapper);
  const Plan plan = plan_for({}, mapper);
  CHECK(plan.actions.empty());
  CHECK(says(plan, wwid_of_unit(1).text(), "no path left to this map"));
}

TEST_CASE("a suspended map is left alone, with a message") {
  MemoryDeviceMapper mapper;
  put_map(mapper);
  mapper.suspend(wwid_of_unit(1).text(), dm::Flush::no);
  const Plan plan = plan_for(sample_paths(0, 3, 1), mapper);
  CHECK(only_action(plan).verb == Verb::nothing);
  CHECK(says(plan, wwid_of_unit(1).text(), "is suspended"));
}

TEST_CASE("a forced reload includes suspended maps") {
  MemoryDeviceMapper mapper;
  put_map(mapper);
  mapper.suspend(wwid_of_unit(1).text(), dm::Flush::no);
  const PlanningOptions planning_options{.force_reload = true};
  CHECK(only_action(plan_for(sample_paths(0, 2, 1), mapper, planning_options)).verb ==
        Verb::reload);
}

TEST_CASE("a forced reload reloads correct maps") {
  MemoryDeviceMapper mapper;
  put_map(mapper);
  const Action action =
      only_action(plan_for(sample_paths(0, 2, 1), mapper, {.force_reload = true}));
  CHECK(action.verb == Verb::reload);
  CHECK(action.reason == "forced");
}

TEST_CASE("a map without a table is reloaded") {
  MemoryDeviceMapper mapper;
  dm::MemoryMap empty;
  empty.name = wwid_of_unit(1).text();
  empty.uuid = map_uuid(wwid_of_unit(1));
  mapper.put(empty);
  const Action action = only_action(plan_for(sample_paths(0, 2, 1), mapper));
  CHECK(action.verb == Verb::reload);
  CHECK(action.reason == "map has no live table");
}

TEST_CASE("run-time features of a map stay") {
  MemoryDeviceMapper mapper;
  put_map(mapper, wwid_of_unit(1).text(), "1 queue_if_no_path" + two_groups.substr(1));
  const Action action = only_action(plan_for(sample_paths(0, 3, 1), mapper));
  CHECK(action.verb == Verb::reload);
  CHECK(action.desired.features == std::vector<std::string>{"queue_if_no_path"});
}

TEST_CASE("one read-only path makes the map read-only") {
  MemoryDeviceMapper mapper;
  auto paths = sample_paths(0, 2, 1);
  paths[1].read_only = true;
  CHECK(only_action(plan_for(paths, mapper)).desired.read_only);
}

TEST_CASE("a map uses its paths' device handler, or alua if all support it") {
  const auto handler = [](const std::vector<Path>& paths) {
    MemoryDeviceMapper mapper;
    return only_action(plan_for(paths, mapper)).desired.hardware_handler;
  };
  auto paths = sample_paths(0, 2, 1);
  CHECK(handler(paths).empty());
  std::get<ScsiPath>(paths[0].transport).tpgs = scsi::Tpgs::implicit;
  CHECK(handler(paths).empty());
  std::get<ScsiPath>(paths[1].transport).tpgs = scsi::Tpgs::explicit_;
  CHECK(handler(paths) == std::vector<std::string>{"alua"});
  std::get<ScsiPath>(paths[1].transport).hardware_handler = "rdac";
  CHECK(handler(paths) == std::vector<std::string>{"rdac"});
}

TEST_CASE("actions are sorted by WWID and deterministic") {
  MemoryDeviceMapper mapper;
  auto paths = sample_paths(0, 2, 9);
  for (const Path& path : sample_paths(2, 2, 3)) paths.push_back(path);
  const Plan plan = plan_for(paths, mapper);
  REQUIRE(plan.actions.size() == 2);
  CHECK(plan.actions[0].desired.wwid == wwid_of_unit(3));
  CHECK(plan.actions[1].desired.wwid == wwid_of_unit(9));
  std::ranges::reverse(paths);
  CHECK(plan_for(paths, mapper).actions == plan.actions);
}

TEST_CASE("every verb has a name") {
  CHECK(to_string(Verb::nothing) == "nothing");
  CHECK(to_string(Verb::create) == "create");
  CHECK(to_string(Verb::reload) == "reload");
  CHECK(to_string(Verb::resize) == "resize");
  CHECK(to_string(Verb::rename) == "rename");
  CHECK(to_string(Verb::refuse) == "reject");
}
