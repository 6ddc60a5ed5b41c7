#include <algorithm>

#include <doctest/doctest.h>

#include "multipath/command/verbs.h"
#include "multipath/host/event_spool.h"
#include "tests/support/command_run.h"
#include "tests/support/contains.h"
#include "tests/support/san.h"

using namespace multipath;
using tests::CommandRun;
using tests::contains;
using tests::run_multipath;
using tests::San;

namespace {

std::size_t asked(const San& world, const std::string& node) {
  return world.scsi.units.at(node).journal.size();
}

bool waits(const San& world) {
  return std::ranges::any_of(world.device_mapper.journal(),
                             [](const std::string& line) { return line.starts_with("wait "); });
}

const std::string first = tests::wwid_of_unit(1).text();
const std::string second = tests::wwid_of_unit(2).text();

std::string table_of(San& world, const std::string& map) {
  const auto table = world.device_mapper.table(map);
  return table && !table->empty() ? table->front().parameters : "";
}

/// Entries as a test hands them in; `while_held` runs when the turn is taken.
class FakeSpool final : public EventSpool {
 public:
  std::vector<Entry> entries;
  std::uint64_t serial = 0;
  bool held_by_other = false;
  int turns = 0;
  std::function<void()> at_done;

  void hand_in(DeviceNumber device) override {
    std::erase_if(entries, [&](const Entry& entry) { return entry.device == device; });
    entries.push_back({device, ++serial});
  }
  std::vector<Entry> waiting() override { return entries; }
  void done(const std::vector<Entry>& seen) override {
    std::erase_if(entries,
                  [&](const Entry& entry) { return std::ranges::find(seen, entry) != seen.end(); });
    if (const auto act = std::exchange(at_done, nullptr)) act();
  }
  std::unique_ptr<Turn> take_turn() override {
    if (held_by_other) return nullptr;
    ++turns;
    return std::make_unique<Turn>();
  }
};

}  // namespace

TEST_CASE("event requires an action and a device") {
  San world;
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"event"},
                                             {"event", "add"},
                                             {"event", "grow", "8:0"},
                                             {"event", "add", "sda"},
                                             {"event", "add", "8:0", "8:16"},
                                             {"event", "add", "8:"}}) {
    CHECK(run_multipath(world, words).status == 1);
  }
  CHECK(world.device_mapper.journal().empty());
}

TEST_CASE("the second path of a unit creates its map; other units are not queried") {
  San world;
  const CommandRun run = run_multipath(world, {"event", "add", "8:16"});
  CHECK(run.status == 0);
  CHECK(contains(run.out, "create"));
  CHECK(table_of(world, first).find("8:0 ") != std::string::npos);
  CHECK(contains(table_of(world, first), "8:16 "));
  CHECK(asked(world, "sg0") > 0);
  CHECK(asked(world, "sg1") > 0);
  CHECK(asked(world, "sg2") == 0);
  CHECK(asked(world, "sg3") == 0);
  CHECK_FALSE(waits(world));
}

TEST_CASE("an added path joins its map without waiting") {
  San world;
  world.put_map(first, 1, "0 0 1 1 service-time 0 1 1 8:0 1");
  const CommandRun run = run_multipath(world, {"event", "add", "8:16"});
  CHECK(run.status == 0);
  CHECK(contains(run.out, "reload"));
  CHECK(contains(table_of(world, first), "8:16"));
  CHECK_FALSE(waits(world));
  CHECK(asked(world, "sg2") == 0);
}

TEST_CASE("a removed path leaves its map, and no other map is read") {
  San world;
  world.put_map(
      "mpatha", 1,
      "0 0 3 1 service-time 0 1 1 8:0 1 service-time 0 1 1 8:16 1 service-time 0 1 1 8:240 1");
  world.put_second();
  const CommandRun run = run_multipath(world, {"event", "remove", "8:240"});
  CHECK(run.status == 0);
  CHECK(contains(run.out, "path 8:240 removed"));
  CHECK_FALSE(contains(table_of(world, first), "8:240"));
  CHECK(asked(world, "sg2") == 0);
}

TEST_CASE("a unit that returns with other device numbers rejoins its map") {
  San world;
  world.put_map(first, 1,
                "1 queue_if_no_path 0 2 1 service-time 0 1 1 8:224 1 service-time 0 1 1 8:240 1");
  const CommandRun run = run_multipath(world, {"event", "add", "8:0"});
  CAPTURE(run.out);
  CAPTURE(run.err);
  CHECK(run.status == 0);
  const std::string table = table_of(world, first);
  CHECK(table.starts_with("1 queue_if_no_path"));
  CHECK(contains(table, "8:0 "));
  CHECK_FALSE(contains(table, "8:240"));
}

TEST_CASE("a map in use stays without its last path") {
  San world;
  world.put_map("mpatha", 3, "0 0 1 1 service-time 0 1 1 8:240 1");
  const CommandRun run = run_multipath(world, {"event", "remove", "8:240"});
  CHECK(run.status == 0);
  CHECK(world.device_mapper.journal().empty());
  CHECK(contains(run.err, "no path left to this map"));
}

TEST_CASE("an event of an unrelated device does nothing") {
  San world;
  world.put_first();
  CHECK(run_multipath(world, {"event", "remove", "9:0"}).status == 0);
  CHECK(world.device_mapper.journal().empty());
  CHECK(world.commands_asked() == 0);
}

TEST_CASE("a failed path that works again is reinstated") {
  San world;
  world.put_map(first, 1, "0 0 2 1 service-time 0 1 1 8:0 1 service-time 0 1 1 8:16 1");
  world.device_mapper.message(first, 0, "fail_path 8:16");
  const CommandRun run = run_multipath(world, {"event", "change", "8:16"});
  CAPTURE(run.out);
  CAPTURE(run.err);
  CHECK(run.status == 0);
  CHECK(contains(run.out, "path sdb is in use again"));
  CHECK(contains(world.device_mapper.journal().back(), "reinstate_path 8:16"));
}

TEST_CASE("with a broken configuration an event creates no map of unknown units") {
  San world;
  world.state_files.files["/etc/multipath.conf"] = "defaults {\n  nonsense\n";
  const CommandRun run = run_multipath(world, {"event", "add", "8:16"});
  CHECK(run.status == 0);
  CHECK(contains(run.err, "/etc/multipath.conf:1:1: error: "));
  CHECK(world.device_mapper.journal().empty());
}

TEST_CASE("a process without the turn adds its device and exits") {
  San world;
  FakeSpool spool;
  spool.held_by_other = true;
  world.events = spool;
  CHECK(run_multipath(world, {"event", "add", "8:16"}).status == 0);
  CHECK(spool.entries.size() == 1);
  CHECK(world.device_mapper.journal().empty());
}

TEST_CASE("the process with the turn handles all pending devices at once") {
  San world;
  FakeSpool spool;
  spool.hand_in({8, 32});
  world.events = spool;
  CHECK(run_multipath(world, {"event", "add", "8:16"}).status == 0);
  CHECK(spool.entries.empty());
  CHECK(spool.turns == 1);
  CHECK(world.device_mapper.find(tests::wwid_of_unit(1).text()) != nullptr);
  CHECK(world.device_mapper.find(tests::wwid_of_unit(2).text()) != nullptr);
}

TEST_CASE("a device added during a turn is handled in the same turn") {
  San world;
  FakeSpool spool;
  spool.at_done = [&] { spool.hand_in({8, 48}); };
  world.events = spool;
  CHECK(run_multipath(world, {"event", "add", "8:16"}).status == 0);
  CHECK(spool.entries.empty());
  CHECK(spool.turns == 2);
  CHECK(world.device_mapper.find(tests::wwid_of_unit(2).text()) != nullptr);
}

TEST_CASE("released paths of a new map are announced to udev again") {
  San world;
  world.udev.entries[{8, 0}] = {{"DM_MULTIPATH_DEVICE_PATH", "0"}};
  world.udev.entries[{8, 16}] = {{"DM_MULTIPATH_DEVICE_PATH", "1"}};
  for (const char* disk : {"1:0:0:1/block/sda", "2:0:0:1/block/sdb"}) {
    const std::string address(disk, 7);
    world.sys.file(
        tests::FakeHost::scsi_device_folder(address) + std::string(disk).substr(7) + "/uevent", "");
  }
  CHECK(run_multipath(world, {"event", "add", "8:16"}).status == 0);
  CHECK(world.sys_writer.journal == std::vector<std::string>{"change > dev/block/8:0/uevent"});
}

TEST_CASE("restore reinstates working paths and no others") {
  San world;
  world.put_first();
  world.put_second();
  for (const char* message : {"fail_path 8:0", "fail_path 8:16"})
    world.device_mapper.message("mpatha", 0, message);
  world.scsi.units.at("sg1").always = tests::not_delivered(scsi::Delivery::no_connection);
  const CommandRun run = run_multipath(world, {"restore", "mpatha"});
  CHECK(run.status == 0);
  CHECK(contains(run.out, "path sda is in use again"));
  CHECK_FALSE(contains(run.out, "sdb"));
  CHECK(asked(world, "sg2") == 0);
  CHECK(run_multipath(world, {"restore", "nosuch"}).status == 2);
}

TEST_CASE("a failed path keeps its group; restore regroups when it returns") {
  tests::San world;
  world.state_files.files["/etc/multipath.conf"] =
      "defaults {\n path_grouping_policy group_by_prio\n prio weightedpath\n"
      " prio_args \"devname sda 10 sdb 50\"\n}\n";
  const std::string name = tests::wwid_of_unit(1).text();
  world.put_map(name, 1, "0 0 2 1 service-time 0 1 1 8:0 1 service-time 0 1 1 8:16 1");
  world.device_mapper.message(name, 0, "fail_path 8:0");
  world.scsi.units.at("sg0").ready = false;
  CHECK(contains(run_multipath(world, {"plan"}).out, "nothing " + name));
  CHECK(run_multipath(world, {"restore"}).out.empty());
  world.scsi.units.at("sg0").ready = true;
  const std::string out = run_multipath(world, {"restore"}).out;
  CHECK(contains(out, name + ": path sda is in use again"));
  CHECK(contains(out, name + ": its paths are regrouped"));
  const std::string table = table_of(world, name);
  CHECK(table.find(" 8:16 ") < table.find(" 8:0 "));
  CHECK(contains(run_multipath(world, {"plan"}).out, "nothing " + name));
}
