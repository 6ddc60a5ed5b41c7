#include "multipath/model/host_changes.h"

#include <doctest/doctest.h>

#include "multipath/view/changes.h"

using namespace multipath;

namespace {

Path path(const std::string& kname) {
  Path result;
  result.kname = kname;
  result.vendor = "ACME";
  result.product = "GOLD";
  result.state = DeviceState::running;
  return result;
}

CurrentMap map(const std::string& name) {
  CurrentMap result;
  result.name = name;
  result.uuid = "mpath-1";
  return result;
}

}  // namespace

TEST_CASE("an unchanged host has no changes") {
  HostState state;
  state.paths = {path("sda"), path("sdb")};
  state.maps = {map("one")};
  state.configuration.emplace("defaults/verbosity", "2");
  CHECK(changes_between(state, state).empty());
}

TEST_CASE("added, removed and changed paths are listed in natural order") {
  HostState before, after;
  before.paths = {path("sda"), path("sdz")};
  after.paths = {path("sdaa"), path("sdz")};
  after.paths[1].state = DeviceState::offline;
  CHECK(render_changes(changes_between(before, after)) ==
        "- path sda: 0:0:0:0 0:0 (no WWID) ACME,GOLD\n"
        "~ path sdz: device state running -> offline\n"
        "+ path sdaa: 0:0:0:0 0:0 (no WWID) ACME,GOLD\n");
}

TEST_CASE("a renamed map is the same map") {
  HostState before, after;
  before.maps = {map("one")};
  after.maps = {map("two")};
  CHECK(render_changes(changes_between(before, after)) == "~ map two: name one -> two\n");
}

TEST_CASE("a different value is one change, an extra value an addition") {
  HostState before, after;
  before.configuration = {{"defaults/verbosity", "2"}, {"blacklist/wwid", "a"}};
  after.configuration = {
      {"defaults/verbosity", "3"}, {"blacklist/wwid", "a"}, {"blacklist/wwid", "b"}};
  CHECK(render_changes(changes_between(before, after)) ==
        "+ configuration blacklist/wwid: b\n"
        "~ configuration defaults/verbosity: value 2 -> 3\n");
}
