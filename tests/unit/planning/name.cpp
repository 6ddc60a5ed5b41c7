#include "multipath/planning/name.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "multipath/host/current_maps.h"
#include "multipath/host/memory/memory_device_mapper.h"
#include "multipath/planning/apply.h"
#include "tests/support/command_run.h"
#include "tests/support/contains.h"
#include "tests/support/fake_host.h"

using namespace multipath;
using tests::contains;
using tests::FakeHost;
using tests::run_multipath;

namespace {

std::string wwid(int unit) { return tests::wwid_of_unit(unit).text(); }

/// Units 1, 2 and 3 with two paths each, in no map.
struct World : FakeHost {
  explicit World(const std::string& configuration, const std::string& bindings = "") {
    for (int unit = 1; unit <= 3; ++unit) {
      for (int path = 0; path < 2; ++path) {
        const auto kname = std::string("sd") + static_cast<char>('a' + 2 * (unit - 1) + path);
        add_path(kname, fmt::format("{}:0:0:{}", path + 1, unit), unit);
      }
    }
    state_files.files["/etc/multipath.conf"] = configuration;
    if (!bindings.empty()) state_files.files["/etc/multipath/bindings"] = bindings;
  }
  void put_map(const std::string& name, int unit) {
    const int first = 32 * (unit - 1);
    device_mapper.put({name,
                       map_uuid(tests::wwid_of_unit(unit)),
                       {{0, 2048, "multipath",
                         fmt::format("0 0 2 1 service-time 0 1 1 8:{} 1 service-time 0 1 1 8:{} 1",
                                     first, first + 16)}},
                       dm::Access::read_write});
    show_maps();
  }
  void put_partition(const std::string& name, int unit) {
    device_mapper.put({name,
                       "part1-" + map_uuid(tests::wwid_of_unit(unit)),
                       {{0, 8, "linear", "254:0 0"}},
                       dm::Access::read_write});
  }
  /// What `multipath apply` did.
  tests::CommandRun apply() { return run_multipath(*this, {"apply"}); }
  std::string name_of(int unit) {
    for (const dm::Device& device : device_mapper.list())
      if (device.uuid == map_uuid(tests::wwid_of_unit(unit))) return device.name;
    return "";
  }
};

std::string aliases(const std::vector<std::string>& names) {
  std::string text = "multipaths {\n";
  for (std::size_t unit = 0; unit < names.size(); ++unit) {
    if (names[unit].empty()) continue;
    text += fmt::format("  multipath {{\n    wwid {}\n    alias \"{}\"\n  }}\n",
                        wwid(static_cast<int>(unit) + 1), names[unit]);
  }
  return text + "}\n";
}

const std::string friendly = "defaults {\n  user_friendly_names yes\n}\n";

}  // namespace

TEST_CASE("a binding shadowed by an alias does not cost the unit its map") {
  World world(friendly + aliases({"mpatha"}), "mpatha " + wwid(2) + "\n");
  const auto run = world.apply();
  CAPTURE(run.err);
  CHECK(world.name_of(1) == "mpatha");
  CHECK(world.name_of(2) == "mpathb");
  CHECK(world.name_of(3) == "mpathc");
  CHECK(contains(run.err, "alias 'mpatha' of the bindings file skipped"));
  // The next run, on maps that were made anew, gives the same names.
  const std::string bindings = world.state_files.files["/etc/multipath/bindings"];
  World again(friendly + aliases({"mpatha"}), bindings);
  again.apply();
  CHECK(again.name_of(2) == "mpathb");
  CHECK(again.name_of(3) == "mpathc");
  CHECK(again.state_files.files["/etc/multipath/bindings"] == bindings);
}

TEST_CASE("a name of another kind of device is skipped") {
  World world(aliases({"vg-lv"}));
  world.device_mapper.put(
      {"vg-lv", "LVM-1", {{0, 8, "linear", "8:240 0"}}, dm::Access::read_write});
  const auto run = world.apply();
  CHECK(world.name_of(1) == wwid(1));
  CHECK(contains(run.err, "is in use by the device-mapper device with uuid 'LVM-1'"));
}

TEST_CASE("an alias that is invalid or another unit's WWID is skipped") {
  for (const std::string& alias : {std::string("control"), std::string(".."), std::string("a/b"),
                                   std::string(200, 'a'), std::string(40, '$'), wwid(2)}) {
    CAPTURE(alias);
    World world(friendly, alias + " " + wwid(1) + "\n");
    const auto run = world.apply();
    CHECK(world.name_of(1) == "mpatha");
    CHECK(world.name_of(2) == "mpathb");
    CHECK(contains(run.err, wwid(1) + ": alias"));
  }
}

TEST_CASE("an alias with a blank is mangled once and not renamed again") {
  World world(aliases({"my disk"}));
  world.apply();
  CHECK(world.name_of(1) == "my\\x20disk");
  CHECK_FALSE(contains(run_multipath(world, {"plan"}).out, "rename"));
  CHECK(contains(run_multipath(world, {"-ll", "my disk"}).out, wwid(1)));
}

TEST_CASE("two maps swap their names in one run, and their partitions follow") {
  World world(aliases({"web", "db"}));
  world.put_map("db", 1);
  world.put_map("web", 2);
  world.put_partition("db-part1", 1);
  world.put_partition("web-part1", 2);
  const auto run = world.apply();
  CAPTURE(run.err);
  CHECK(run.status == 0);
  CHECK(world.name_of(1) == "web");
  CHECK(world.name_of(2) == "db");
  CHECK(world.device_mapper.find("web-part1")->uuid == "part1-" + map_uuid(tests::wwid_of_unit(1)));
  CHECK(world.device_mapper.find("db-part1")->uuid == "part1-" + map_uuid(tests::wwid_of_unit(2)));
  CHECK(contains(run_multipath(world, {"plan"}).out, "nothing"));
}

TEST_CASE("three maps exchange their names in one run") {
  World world(aliases({"b", "c", "a"}));
  for (int unit = 1; unit <= 3; ++unit) world.put_map(std::string(1, "abc"[unit - 1]), unit);
  CHECK(world.apply().status == 0);
  CHECK(world.name_of(1) == "b");
  CHECK(world.name_of(2) == "c");
  CHECK(world.name_of(3) == "a");
}

TEST_CASE("an interrupted swap of names is completed by the next run") {
  for (unsigned call = 1; call <= 8; ++call) {
    CAPTURE(call);
    World world(aliases({"web", "db"}));
    world.put_map("db", 1);
    world.put_map("web", 2);
    world.put_partition("db-part1", 1);
    world.put_partition("web-part1", 2);
    // From there on nothing is renamed any more, as if the run had been killed.
    for (unsigned later = call; later <= 16; ++later) {
      dm::Fault fault;
      fault.verb = "rename";
      fault.error = EIO;
      fault.call = later;
      world.device_mapper.inject(fault);
    }
    world.apply();
    World next(aliases({"web", "db"}));
    next.device_mapper.put_copy_of(world.device_mapper);
    next.show_maps();
    next.apply();
    CHECK(next.name_of(1) == "web");
    CHECK(next.name_of(2) == "db");
    for (const auto& [name, unit] : {std::pair("web-part1", 1), std::pair("db-part1", 2)}) {
      const auto partition = next.device_mapper.find(name);
      REQUIRE(partition);
      CHECK(partition->uuid == "part1-" + map_uuid(tests::wwid_of_unit(unit)));
    }
  }
}

TEST_CASE("new aliases follow udev's order of the disks, not their names") {
  FakeHost world;
  world.state_files.files["/etc/multipath.conf"] = friendly;
  // The second host's disks got their names first.
  world.add_path("sda", "2:0:0:1", 2);
  world.add_path("sdb", "2:0:0:2", 2);
  world.add_path("sdc", "1:0:0:1", 1);
  world.add_path("sdd", "1:0:0:2", 1);
  run_multipath(world, {"apply"});
  CHECK(world.device_mapper.find("mpatha")->uuid == map_uuid(tests::wwid_of_unit(1)));
  CHECK(world.device_mapper.find("mpathb")->uuid == map_uuid(tests::wwid_of_unit(2)));
}
