#include <algorithm>

#include <doctest/doctest.h>

#include "multipath/planning/plan.h"
#include "tests/support/contains.h"
#include "tests/support/sample_paths.h"

using namespace multipath;

namespace {

bool has_finding(const Plan& plan, const std::string& subject, const std::string& text) {
  return std::ranges::any_of(plan.findings, [&](const Finding& finding) {
    return finding.subject == subject && tests::contains(finding.text, text);
  });
}

std::vector<Path> unlisted_paths(Recognition recognition) {
  std::vector<Path> paths = tests::sample_paths(0, 2, 1);
  for (Path& path : paths) path.recognition = recognition;
  return paths;
}

/// The unit's map has only its first path.
CurrentMap map_of(const Path& path) {
  CurrentMap map;
  map.name = "data";
  map.uuid = map_uuid(*path.wwid);
  map.number = {253, 0};
  map.size_sectors = path.size_sectors;
  map.table =
      parse_multipath_table("0 0 1 1 service-time 0 1 1 " + to_string(path.number) + " 1").value();
  return map;
}

}  // namespace

TEST_CASE("a unit gets a map only if the whitelist admits it") {
  const auto verbs = [](Recognition recognition, const PlanningOptions& planning_options) {
    return make_plan(unlisted_paths(recognition), {}, {}, planning_options).actions.size();
  };
  CHECK(verbs(Recognition::listed, {.whitelist = Whitelist::strict}) == 1);
  CHECK(verbs(Recognition::agreed_naa, {.whitelist = Whitelist::strict}) == 0);
  CHECK(verbs(Recognition::agreed_naa, {}) == 1);
  CHECK(verbs(Recognition::unlisted, {}) == 0);
  CHECK(verbs(Recognition::unlisted, {.whitelist = Whitelist::any}) == 1);
  const Wwid wwid = *tests::sample_path(0, 1).wwid;
  CHECK(verbs(Recognition::unlisted, {.known_units = {wwid}}) == 1);
}

TEST_CASE("the existing map of an excluded unit stays, with a message") {
  const std::vector<Path> paths = unlisted_paths(Recognition::unlisted);
  const std::vector<CurrentMap> maps{map_of(paths.front())};
  const Plan plan = make_plan(paths, maps, {}, {});
  CHECK(plan.actions.empty());
  CHECK(has_finding(plan, "data", "map left unchanged: whitelist identity: vendor"));
  CHECK(!has_finding(plan, "data", "no path left to this map"));
}

TEST_CASE("a map with blacklisted paths is not reported as empty") {
  std::vector<Path> paths = tests::sample_paths(0, 2, 1);
  for (Path& path : paths) path.excluded = true;
  const std::vector<CurrentMap> maps{map_of(paths.front())};
  CHECK(!has_finding(make_plan(paths, maps, {}, {}), "data", "no path left to this map"));
  CHECK(has_finding(make_plan({}, maps, {}, {}), "data", "no path left to this map"));
}

TEST_CASE("a new map of paths whose driver may sleep is bio based, and a map keeps its mode") {
  const auto features = [](bool sleeps, const std::string& table) {
    std::vector<Path> paths = tests::sample_paths(0, 2, 1);
    for (Path& path : paths) path.transport = NvmePath{.needs_bio = sleeps};
    std::vector<CurrentMap> maps;
    if (!table.empty()) {
      maps.push_back(map_of(paths.front()));
      maps.front().table = parse_multipath_table(table).value();
    }
    const Plan plan = make_plan(paths, maps, {}, {});
    REQUIRE(plan.actions.size() == 1);
    return plan.actions.front().desired.features;
  };
  using Words = std::vector<std::string>;
  CHECK(features(false, "").empty());
  CHECK(features(true, "") == Words{"queue_mode", "bio"});
  CHECK(features(true, "0 0 1 1 service-time 0 1 1 8:0 1").empty());
  CHECK(features(false, "2 queue_mode bio 0 1 1 service-time 0 1 1 8:0 1") ==
        Words{"queue_mode", "bio"});
}
