#include "multipath/planning/coalesce.h"

#include <doctest/doctest.h>

#include "tests/support/fake_host.h"
#include "tests/support/sample_paths.h"

using namespace multipath;
using tests::sample_path;
using tests::sample_paths;
using PathNames = std::vector<std::string>;

namespace {

PathNames knames(const std::vector<Path>& paths) {
  PathNames names;
  for (const Path& path : paths) names.push_back(path.kname);
  return names;
}

/// A map with sda and sdb in it.
CurrentMap map_of_two() {
  CurrentMap map;
  map.name = "mpatha";
  map.uuid = map_uuid(tests::wwid_of_unit(1));
  map.size_sectors = 2048;
  map.table = {.features = {},
               .hardware_handler = {},
               .initial_group = 1,
               .groups = {{"service-time", {}, {{{8, 0}, {"1"}}}},
                          {"service-time", {}, {{{8, 16}, {"1"}}}}}};
  return map;
}

/// What is said of a path that is left out of a new map; empty when it is taken.
std::string left_out(const Path& path) {
  const Selection selection = select_paths({path}, nullptr);
  if (selection.left_out.empty()) return "";
  CHECK(selection.left_out.front().subject == path.kname);
  return selection.left_out.front().text;
}

}  // namespace

TEST_CASE("paths with one WWID are one unit, in natural order") {
  auto paths = sample_paths(0, 2, 1);
  paths.push_back(sample_path(2, 2));
  Path last = sample_path(3, 1);
  last.kname = "sdaa";
  paths.insert(paths.begin(), last);
  const Units units = coalesce(paths);
  REQUIRE(units.size() == 2);
  CHECK(knames(units.at(tests::wwid_of_unit(1))) == PathNames{"sda", "sdb", "sdaa"});
  CHECK(knames(units.at(tests::wwid_of_unit(2))) == PathNames{"sdc"});
}

TEST_CASE("two devices without an identity are never one unit") {
  auto paths = sample_paths(0, 2, 1);
  for (Path& path : paths) path.wwid.reset();
  CHECK(coalesce(paths).empty());
}

TEST_CASE("a working path joins a new map") { CHECK(left_out(sample_path(0, 1)).empty()); }

TEST_CASE("a silent new path is left out, with the reason") {
  Path path = sample_path(0, 1);
  path.answered = false;
  path.trouble = "no answer within 5 s";
  CHECK(left_out(path) == "not added to a map: no answer within 5 s");
}

TEST_CASE("a new path without a unit or size is left out") {
  Path path = sample_path(0, 1);
  path.checker_state = CheckerState::disconnected;
  CHECK(left_out(path) == "not added to a map: the target reports no such unit");
  path = sample_path(0, 1);
  path.size_sectors = 0;
  CHECK(left_out(path).starts_with("not added to a map: size is 0; once the array reports a size"));
}

TEST_CASE("a new path that answers but is down is included") {
  for (const CheckerState state :
       {CheckerState::faulty, CheckerState::ghost, CheckerState::pending}) {
    Path path = sample_path(0, 1);
    path.checker_state = state;
    CHECK(left_out(path).empty());
  }
}

TEST_CASE("a new path with holders is left out, and they are named") {
  Path path = sample_path(0, 1);
  path.users = {{"dm-2", "sda1 is held by dm-2 (vg0-data)"}, {"md0", "held by md0"}};
  CHECK(left_out(path) ==
        "not added to a map: sda1 is held by dm-2 (vg0-data), held by md0; release it "
        "first, then use the map");
}

TEST_CASE("a new path that the host runs on is left out until the next boot") {
  Path path = sample_path(0, 1);
  path.users = {{"", "sda1 is mounted on /srv"}, {"", "sda2 is mounted on /", true}};
  CHECK(left_out(path) ==
        "not added to a map: sda1 is mounted on /srv, sda2 is mounted on /; the host runs on "
        "it; its map can only be created at the next boot");
}

TEST_CASE("a unit with one used path gets no new map") {
  auto paths = sample_paths(0, 3, 1);
  paths[1].users = {{"", "sdb2 is mounted on /data"}};
  const Selection selection = select_paths(paths, nullptr);
  CHECK(selection.paths.empty());
  REQUIRE(selection.left_out.size() == 3);
  CHECK(selection.left_out[0].text ==
        "not added to a map: sdb, another path of the unit, is in use: sdb2 is mounted on "
        "/data; release it first, then use the map");
  CHECK(selection.left_out[1].text.starts_with("not added to a map: sdb2 is mounted on /data;"));
}

TEST_CASE("an existing map accepts new paths while another path is used") {
  auto paths = sample_paths(0, 4, 1);
  paths[3].users = {{"dm-7", "held by dm-7 (vg0-data)"}};
  const CurrentMap map = map_of_two();
  CHECK(knames(select_paths(paths, &map).paths) == PathNames{"sda", "sdb", "sdc"});
}

TEST_CASE("a member stays in its map in any state") {
  auto paths = sample_paths(0, 2, 1);
  paths[1].answered = false;
  paths[1].size_sectors = 0;
  paths[1].checker_state = CheckerState::faulty;
  paths[1].trouble = "dead";
  const CurrentMap map = map_of_two();
  const Selection selection = select_paths(paths, &map);
  CHECK(knames(selection.paths) == PathNames{"sda", "sdb"});
  CHECK(selection.left_out.empty());
}

TEST_CASE("a dead new path is left out of an existing map") {
  auto paths = sample_paths(0, 3, 1);
  paths[2].answered = false;
  const CurrentMap map = map_of_two();
  const Selection selection = select_paths(paths, &map);
  CHECK(knames(selection.paths) == PathNames{"sda", "sdb"});
  REQUIRE(selection.left_out.size() == 1);
  CHECK(selection.left_out[0].subject == "sdc");
}

TEST_CASE("a path is in a map by its number") {
  CHECK(has_path(map_of_two(), {8, 16}));
  CHECK_FALSE(has_path(map_of_two(), {8, 32}));
  CHECK_FALSE(has_path(CurrentMap{}, {8, 0}));
}

TEST_CASE("paths of one size, vendor and product may be joined") {
  CHECK_FALSE(reason_not_to_join(sample_paths(0, 3, 1)));
  CHECK_FALSE(reason_not_to_join({}));
}

TEST_CASE("paths of different size, vendor or product are not joined") {
  auto paths = sample_paths(0, 3, 1);
  paths[2].size_sectors = 4096;
  CHECK(reason_not_to_join(paths) ==
        "sda has 2048 sectors but sdc has 4096: rescan the paths if the unit was resized; "
        "otherwise they are different units");
  paths = sample_paths(0, 2, 1);
  paths[1].vendor = "ACME";
  CHECK(reason_not_to_join(paths) ==
        "sda is 'Linux' 'scsi_debug' but sdb is 'ACME' 'scsi_debug': they cannot be the same unit");
  paths = sample_paths(0, 2, 1);
  paths[1].product = "other";
  CHECK(reason_not_to_join(paths));
}

TEST_CASE("a path of another vendor or product than most paths is left out") {
  auto paths = sample_paths(0, 3, 1);
  paths[0].vendor = "ACME";
  Selection selection = select_paths(paths, nullptr);
  CHECK(knames(selection.paths) == PathNames{"sdb", "sdc"});
  REQUIRE(selection.left_out.size() == 1);
  CHECK(selection.left_out.front().subject == "sda");
  CHECK(selection.left_out.front().text ==
        "not added to a map: it is 'ACME' 'scsi_debug' but most paths of " + paths[0].wwid->text() +
            " are 'Linux' 'scsi_debug': they cannot be the same unit; assign unique serial "
            "numbers on the array, or blacklist sda");
  const CurrentMap map = map_of_two();
  selection = select_paths(paths, &map);
  CHECK(knames(selection.paths) == PathNames{"sdb", "sdc"});
  REQUIRE(selection.left_out.size() == 1);
  CHECK(selection.left_out.front().text.starts_with("removed from its map: it is 'ACME'"));
}

TEST_CASE("without a majority for one vendor and product no path is left out") {
  auto paths = sample_paths(0, 4, 1);
  paths[1].product = paths[2].product = "other";
  CHECK(select_paths(paths, nullptr).paths.size() == 4);
  CHECK(reason_not_to_join(select_paths(paths, nullptr).paths));
  paths[1].product = "third";
  CHECK(select_paths(paths, nullptr).paths.size() == 4);
  CHECK(select_paths({}, nullptr).paths.empty());
}

TEST_CASE(
    "a path that did not answer has no vote on vendor and product, and is not left out for them") {
  auto paths = sample_paths(0, 4, 1);
  paths[0].vendor = paths[1].vendor = "ACME";
  paths[0].answered = false;
  CurrentMap map = map_of_two();
  CHECK(knames(select_paths(paths, &map).paths) == PathNames{"sda", "sdc", "sdd"});
}

TEST_CASE("paths of different revisions are joined") {
  auto paths = sample_paths(0, 2, 1);
  paths[1].revision = "9999";
  CHECK_FALSE(reason_not_to_join(paths));
}

TEST_CASE("silent paths are not compared") {
  auto paths = sample_paths(0, 3, 1);
  for (const std::size_t silent : {0U, 1U}) {
    paths[silent].answered = false;
    paths[silent].size_sectors = 0;
    paths[silent].vendor = "";
  }
  CHECK_FALSE(reason_not_to_join(paths));
}

TEST_CASE("an unknown size neither separates nor joins paths") {
  auto paths = sample_paths(0, 3, 1);
  for (const std::size_t unknown : {0U, 1U, 2U}) {
    for (const CheckerState state :
         {CheckerState::faulty, CheckerState::ghost, CheckerState::pending}) {
      auto some = paths;
      some[unknown].size_sectors = 0;
      some[unknown].checker_state = state;
      CHECK_FALSE(reason_not_to_join(some));
      some[(unknown + 1) % 3].size_sectors = 4096;
      CHECK(reason_not_to_join(some));
      some[(unknown + 1) % 3].size_sectors = 0;
      some[unknown].vendor = "ACME";
      CHECK(reason_not_to_join(some));
    }
  }
}

TEST_CASE("a standby path without a size takes that of another path or the map") {
  auto paths = sample_paths(0, 2, 1);
  paths[1].size_sectors = 0;
  paths[1].checker_state = CheckerState::ghost;
  CHECK(knames(select_paths(paths, nullptr).paths) == PathNames{"sda", "sdb"});
  CHECK(select_paths({paths[1]}, nullptr).paths.empty());
  paths[1].checker_state = CheckerState::faulty;
  CHECK(knames(select_paths(paths, nullptr).paths) == PathNames{"sda"});
  Path late = sample_path(2, 1);
  late.size_sectors = 0;
  late.checker_state = CheckerState::ghost;
  const CurrentMap map = map_of_two();
  CHECK(knames(select_paths({late}, &map).paths) == PathNames{"sdc"});
}

TEST_CASE("a path in a table that never became live is included again") {
  CurrentMap killed = map_of_two();
  killed.table = {};
  killed.has_live_table = false;
  killed.has_inactive_table = true;
  killed.number = {254, 3};
  Path path = sample_path(0, 1);
  path.users = {{"dm-3", "held by dm-3"}};
  CHECK(knames(select_paths({path}, &killed).paths) == PathNames{"sda"});
  path.users = {{"dm-3", "held by dm-3"}, {"dm-33", "held by dm-33"}};
  const Selection selection = select_paths({path}, &killed);
  REQUIRE(selection.left_out.size() == 1);
  CHECK(selection.left_out.front().text.starts_with("not added to a map: held by dm-33;"));
}
