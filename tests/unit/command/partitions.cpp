#include <cerrno>
#include <system_error>

#include <doctest/doctest.h>

#include "multipath/host/partition_tables.h"
#include "tests/support/command_run.h"
#include "tests/support/contains.h"
#include "tests/support/san.h"

using namespace multipath;
using tests::CommandRun;
using tests::contains;
using tests::run_multipath;

namespace {

class FakePartitionTables final : public PartitionTables {
 public:
  std::map<std::string, std::vector<Partition>> tables;
  std::vector<Partition> read(const std::string& kname) override {
    const auto found = tables.find(kname);
    if (found == tables.end())
      throw std::system_error(EIO, std::generic_category(), "cannot read /dev/" + kname);
    return found->second;
  }
};

/// mpatha with two partitions in its table, and no maps of them.
struct World : tests::San {
  World() {
    put_first();
    tables.tables["dm-0"] = {{1, 64, 512}, {2, 1024, 1024}};
    partition_tables = tables;
  }
  std::string linear(const std::string& name) {
    const auto table = device_mapper.table(name);
    return table ? table->front().type + " " + table->front().parameters : "";
  }
  FakePartitionTables tables;
};

}  // namespace

TEST_CASE("a map's partitions get maps; a second run changes nothing") {
  World world;
  const CommandRun run = run_multipath(world, {"partitions", "mpatha"});
  CHECK(run.status == 0);
  const std::string number = to_string(world.device_mapper.find("mpatha")->number);
  CHECK(world.linear("mpatha-part1") == "linear " + number + " 64");
  CHECK(world.linear("mpatha-part2") == "linear " + number + " 1024");
  CHECK(world.device_mapper.find("mpatha-part2")->uuid ==
        "part2-mpath-" + tests::wwid_of_unit(1).text());
  CHECK(world.device_mapper.journal().back().starts_with("wait for 2"));
  const std::size_t lines = world.device_mapper.journal().size();
  CHECK(run_multipath(world, {"partitions", "mpatha"}).out.empty());
  CHECK(world.device_mapper.journal().size() == lines);
}

TEST_CASE("a run for a udev rule does not wait") {
  World world;
  CHECK(run_multipath(world, {"partitions", "--no-wait", "mpatha"}).status == 0);
  CHECK(world.device_mapper.find("mpatha-part1") != nullptr);
  CHECK_FALSE(world.device_mapper.journal().back().starts_with("wait "));
}

TEST_CASE("a dry run prints what would be done and does nothing") {
  World world;
  const CommandRun run = run_multipath(world, {"partitions", "--dry-run", "mpatha"});
  CHECK(contains(run.out, "create  mpatha-part1"));
  CHECK(world.device_mapper.journal().empty());
}

TEST_CASE("the configured delimiter separates name and number") {
  World world;
  world.state_files.files["/etc/multipath.conf"] = "defaults {\n partition_delimiter \"_p\"\n}\n";
  run_multipath(world, {"partitions", "mpatha"});
  CHECK(world.device_mapper.find("mpatha_p1") != nullptr);
}

TEST_CASE("with a broken configuration partition maps are created, with a message") {
  World world;
  world.state_files.files["/etc/multipath.conf"] = "defaults {\n verbosity 1\n";
  const CommandRun run = run_multipath(world, {"partitions", "mpatha"});
  CHECK(run.status == 0);
  CHECK(contains(run.err, "the built-in settings apply"));
  CHECK(world.device_mapper.find("mpatha-part1") != nullptr);
}

TEST_CASE("--remove removes partition maps; an open one stays and fails") {
  World world;
  run_multipath(world, {"partitions", "mpatha"});
  world.device_mapper.set_open_count("mpatha-part2", 1);
  const CommandRun run = run_multipath(world, {"partitions", "--remove", "mpatha"});
  CHECK(run.status == 4);
  CHECK(world.device_mapper.find("mpatha-part1") == nullptr);
  CHECK(world.device_mapper.find("mpatha-part2") != nullptr);
  CHECK(contains(run.out, "open 1 time"));
}

TEST_CASE("a map without a working path is not read") {
  World world;
  world.put_map("mpatha", 1, "0 0 1 1 service-time 0 1 1 8:0 1");
  world.device_mapper.message("mpatha", 0, "fail_path 8:0");
  const CommandRun run = run_multipath(world, {"partitions", "mpatha"});
  CHECK(run.status == 4);
  CHECK(contains(run.err, "no path works"));
}

TEST_CASE("an unreadable table is reported; the other map gets its partitions") {
  World world;
  world.put_second();
  const CommandRun run = run_multipath(world, {"partitions", "mpathb", "mpatha"});
  CHECK(run.status == 4);
  CHECK(contains(run.err, "cannot read /dev/dm-1"));
  CHECK(world.device_mapper.find("mpatha-part1") != nullptr);
}

TEST_CASE("an unknown map is status 2, a missing argument a usage error") {
  World world;
  CHECK(run_multipath(world, {"partitions", "mpathz"}).status == 2);
  CHECK(run_multipath(world, {"partitions"}).status == 1);
}

TEST_CASE("other maps and their partitions are not read") {
  World world;
  REQUIRE(run_multipath(world, {"partitions", "mpatha"}).status == 0);
  world.put_second();
  world.device_mapper.put({"mpathb-part1",
                           "part1-" + world.device_mapper.find("mpathb")->uuid,
                           {{0, 8, "linear", "253:9 64"}},
                           dm::Access::read_write});
  world.show_maps();
  const std::string number = to_string(world.device_mapper.find("mpatha")->number);
  const std::string wwid = tests::wwid_of_unit(1).text();
  for (const char* verb : {"describe", "table"}) {
    for (const char* other : {"mpathb", "mpathb-part1"})
      world.device_mapper.inject({.verb = verb, .map = other, .error = EIO});
  }
  world.tables.tables["dm-0"].pop_back();
  for (const std::string& word : {std::string("mpatha"), number, std::string("dm-0"), wwid}) {
    CAPTURE(word);
    const CommandRun run = run_multipath(world, {"partitions", word});
    CHECK(run.status == 0);
    CHECK(run.err.empty());
  }
  CHECK_FALSE(world.device_mapper.find("mpatha-part2"));
}

TEST_CASE("a table beyond Linux's limits is reported and not used") {
  World world;
  REQUIRE(run_multipath(world, {"partitions", "mpatha"}).status == 0);
  auto& table = world.tables.tables["dm-0"];
  table.clear();
  for (std::uint32_t number = 1; number <= 256; ++number) table.push_back({number, 64, 1});
  const std::size_t lines = world.device_mapper.journal().size();
  const CommandRun run = run_multipath(world, {"partitions", "--no-wait", "mpatha"});
  CHECK(run.status == 4);
  CHECK(contains(
      run.err, "mpatha: its partition table has 256 partitions, 1 of them with numbers above 255"));
  CHECK(world.device_mapper.journal().size() == lines);
  CHECK(run_multipath(world, {"partitions", "--remove", "mpatha"}).status == 0);
  table.pop_back();
  CHECK(run_multipath(world, {"partitions", "mpatha"}).status == 0);
  CHECK(world.device_mapper.find("mpatha-part255"));
  table = {{1, 64, 512}, {256, 1024, 8}};
  CHECK(run_multipath(world, {"partitions", "mpatha"}).status == 4);
  CHECK(world.device_mapper.find("mpatha-part255"));
}

TEST_CASE("a correct partition map gets an event only if the table renames it") {
  World world;
  auto& table = world.tables.tables["dm-0"];
  for (Partition& partition : table) {
    partition.uuid = "uuid-" + std::to_string(partition.number);
    partition.name = "data";
  }
  REQUIRE(run_multipath(world, {"partitions", "mpatha"}).status == 0);
  for (const char* name : {"mpatha-part1", "mpatha-part2"}) {
    const auto number = world.device_mapper.find(name)->number;
    world.sys.file("dev/block/" + to_string(number) + "/uevent", "");
  }
  const auto events = [&] {
    world.sys_writer.journal.clear();
    CHECK(run_multipath(world, {"partitions", "--no-wait", "mpatha"}).status == 0);
    return world.sys_writer.journal.size();
  };
  CHECK(events() == 2);
  for (const char* name : {"mpatha-part1", "mpatha-part2"}) {
    const auto number = world.device_mapper.find(name)->number;
    auto& known = world.udev.entries[number];
    known["ID_PART_ENTRY_UUID"] = std::string("uuid-") + name[11];
    known["ID_PART_ENTRY_NAME"] = "data";
  }
  CHECK(events() == 0);
  table[0].name = "root";
  CHECK(events() == 1);
  table[0].name = "data";
  table[1].type = "0x83";
  CHECK(events() == 1);
  table[1].type = "";
  table[1].uuid = "other";
  CHECK(events() == 1);
}

TEST_CASE("a partition never takes the name of another device") {
  World world;
  world.device_mapper.put(
      {"mpatha-part1", "LVM-1", {{0, 8, "linear", "8:0 0"}}, dm::Access::read_write});
  const CommandRun run = run_multipath(world, {"partitions", "mpatha"});
  CHECK(run.status == 4);
  CHECK(world.device_mapper.find("mpatha-part1")->uuid == "LVM-1");
  CHECK(world.device_mapper.find("mpatha-part2"));
}

TEST_CASE("a partition that the kernel rejects is reported and leaves nothing") {
  World world;
  world.device_mapper.inject({.verb = "create", .map = "mpatha-part1", .error = EBUSY});
  const CommandRun run = run_multipath(world, {"partitions", "mpatha"});
  CHECK(run.status == 4);
  CHECK(contains(run.out, "failed: "));
  CHECK(world.device_mapper.find("mpatha-part1") == nullptr);
  CHECK(world.device_mapper.find("mpatha-part2") != nullptr);
}
