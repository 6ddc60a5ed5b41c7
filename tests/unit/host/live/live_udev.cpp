#include "multipath/host/live/live_udev.h"

#include <algorithm>
#include <string>

#include <doctest/doctest.h>

#include "multipath/host/live/file_tree.h"

using multipath::FileTree;
using multipath::LiveUdev;

// These tests hold on any machine, with or without a udevd and whatever disks it has.

TEST_CASE("enumeration returns matching names without partitions") {
  const FileTree sys("/sys");
  for (const auto& name : LiveUdev().enumerate_disks({"sd*", "vd*", "loop[0-9]"})) {
    CHECK(sys.exists("class/block/" + name));
    CHECK_FALSE(sys.exists("class/block/" + name + "/partition"));
    CHECK((name.starts_with("sd") || name.starts_with("vd") || name.starts_with("loop")));
  }
}

TEST_CASE("enumeration without a pattern gives nothing") {
  CHECK(LiveUdev().enumerate_disks({}).empty());
  CHECK(LiveUdev().enumerate_disks({"no such name"}).empty());
}

TEST_CASE("unknown devices have no properties or links") {
  CHECK_FALSE(LiveUdev().properties({4095, 1048575}));
  CHECK(LiveUdev().links({4095, 1048575}).empty());
}

TEST_CASE("settle returns at once without a udevd") {
  const LiveUdev udev;
  if (!udev.daemon_running()) CHECK(udev.settle(std::chrono::milliseconds(0)));
}

TEST_CASE("a rule's program has the event's properties in its environment") {
  const LiveUdev udev({"SUBSYSTEM=block", "MAJOR=4095", "MINOR=7", "ID_SERIAL=a=b", "odd"});
  const auto properties = udev.properties({4095, 7});
  REQUIRE(properties);
  CHECK(properties->at("ID_SERIAL") == "a=b");
  CHECK(properties->at("odd").empty());
  CHECK_FALSE(udev.properties({4095, 8}));
  CHECK_FALSE(LiveUdev({"SUBSYSTEM=net", "MAJOR=4095", "MINOR=7"}).properties({4095, 7}));
}
