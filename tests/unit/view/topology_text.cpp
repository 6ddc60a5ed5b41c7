#include "multipath/view/topology_text.h"

#include <doctest/doctest.h>

using namespace multipath;

namespace {

TopologyPath path(const std::string& kname, ScsiAddress address, DeviceNumber number,
                  CheckerState checker) {
  TopologyPath result;
  result.kname = kname;
  result.address = address;
  result.number = number;
  result.checker_state = checker;
  result.device_state = DeviceState::running;
  return result;
}

/// The map of the drop-in grammar's example.
Topology planned() {
  Topology map;
  map.action = "create";
  map.name = "mpatha";
  map.wwid = "3624a93702f6eb7add2464f9b0002a375";
  map.vendor = "PURE";
  map.product = "FlashArray";
  map.size_sectors = 209715200;
  map.features = "1 queue_if_no_path";
  map.hardware_handler = "1 alua";
  map.groups = {{.selector = "service-time 0",
                 .priority = 50,
                 .paths = {path("sdb", {1, 0, 0, 1}, {8, 16}, CheckerState::ready)}},
                {.selector = "service-time 0",
                 .priority = 10,
                 .paths = {path("sdaa", {12, 0, 1, 1}, {65, 160}, CheckerState::faulty)}}};
  return map;
}

}  // namespace

TEST_CASE("a map to be created is shown as programs know it") {
  CHECK(render(planned(), Style::plain) ==
        "create: mpatha (3624a93702f6eb7add2464f9b0002a375) undef PURE,FlashArray\n"
        "size=100G features='1 queue_if_no_path' hwhandler='1 alua' wp=undef\n"
        "|-+- policy='service-time 0' prio=50 status=undef\n"
        "| `- 1:0:0:1  sdb  8:16   undef ready  running\n"
        "`-+- policy='service-time 0' prio=10 status=undef\n"
        "  `- 12:0:1:1 sdaa 65:160 undef faulty running\n");
}

TEST_CASE("an existing map is shown with its device, states and protection") {
  auto map = planned();
  map.action.clear();
  map.name = map.wwid;
  map.kname = "dm-3";
  map.features = "0";
  map.write_protection = WriteProtection::read_only;
  map.groups[0].status = GroupStatus::active;
  map.groups[0].paths.push_back(path("sdc", {2, 0, 0, 1}, {8, 32}, CheckerState::faulty));
  map.groups[0].paths[0].dm_state = PathDmState::active;
  map.groups[0].paths[1].dm_state = PathDmState::failed;
  map.groups[0].paths[1].device_state = DeviceState::offline;
  map.groups[1].status = GroupStatus::enabled;
  map.groups[1].paths[0].dm_state = PathDmState::active;
  CHECK(render(map, Style::plain) ==
        "3624a93702f6eb7add2464f9b0002a375 dm-3 PURE,FlashArray\n"
        "size=100G features='0' hwhandler='1 alua' wp=ro\n"
        "|-+- policy='service-time 0' prio=50 status=active\n"
        "| |- 1:0:0:1  sdb  8:16   active ready  running\n"
        "| `- 2:0:0:1  sdc  8:32   failed faulty offline\n"
        "`-+- policy='service-time 0' prio=10 status=enabled\n"
        "  `- 12:0:1:1 sdaa 65:160 active faulty running\n");
}

TEST_CASE("a map whose hardware and paths are gone keeps the grammar") {
  Topology map;
  map.name = "mpathb";
  map.wwid = "3600";
  map.kname = "dm-0";
  map.features = "0";
  map.hardware_handler = "0";
  map.write_protection = WriteProtection::read_write;
  TopologyPath gone;
  gone.number = {.major = 8, .minor = 16};
  gone.dm_state = PathDmState::failed;
  map.groups = {{.selector = "round-robin 0", .paths = {gone}}};
  CHECK(render(map, Style::plain) ==
        "mpathb (3600) dm-0 ##,##\n"
        "size=0.0K features='0' hwhandler='0' wp=rw\n"
        "`-+- policy='round-robin 0' prio=0 status=undef\n"
        "  `- #:#:#:# - 8:16 failed undef unknown\n");
}

TEST_CASE("a map without groups is two lines") {
  auto map = planned();
  map.groups.clear();
  CHECK(render(map, Style::plain) ==
        "create: mpatha (3624a93702f6eb7add2464f9b0002a375) undef PURE,FlashArray\n"
        "size=100G features='1 queue_if_no_path' hwhandler='1 alua' wp=undef\n");
}

TEST_CASE("columns are as wide as this map needs, not as wide as another one") {
  auto narrow = planned();
  narrow.groups.pop_back();
  const std::vector<Topology> maps = {planned(), narrow};
  CHECK(render(maps, Style::plain) ==
        render(planned(), Style::plain) + render(narrow, Style::plain));
  CHECK(render(narrow, Style::plain).find("`- 1:0:0:1 sdb 8:16 undef ready running\n") !=
        std::string::npos);
}

TEST_CASE("trouble is not part of the listing") {
  auto map = planned();
  map.suspended = true;
  map.groups[0].paths[0].trouble = "does not answer";
  CHECK(render(map, Style::plain) == render(planned(), Style::plain));
}

TEST_CASE("a device's name cannot break a line or a terminal") {
  auto map = planned();
  map.vendor = "EV\x1bIL\n";
  map.product = "\xff";
  CHECK(render(map, Style::plain).find("undef EV.IL.,.\nsize=") != std::string::npos);
}

TEST_CASE("DEV_ST has the three words that programs know") {
  for (int i = 0; i <= static_cast<int>(DeviceState::unknown); ++i) {
    auto map = planned();
    map.groups.pop_back();
    map.groups[0].paths[0].device_state = static_cast<DeviceState>(i);
    const auto text = render(map, Style::plain);
    const auto word = text.substr(text.rfind(' ') + 1);
    CHECK((word == "running\n" || word == "offline\n" || word == "unknown\n"));
  }
}

TEST_CASE("on a terminal the first line of a map is bold, and nothing else differs") {
  auto text = render(planned(), Style::terminal);
  CHECK(text.starts_with("\x1b[1mcreate: mpatha"));
  const std::string normal = "\x1b[0m";
  CHECK(text.find(normal) < text.find("size="));
  text.erase(text.find(normal), normal.size());
  CHECK(text.substr(4) == render(planned(), Style::plain));
}
