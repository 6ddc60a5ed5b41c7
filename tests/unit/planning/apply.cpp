#include "multipath/planning/apply.h"

#include <algorithm>
#include <cerrno>
#include <functional>

#include <doctest/doctest.h>

#include "multipath/host/absent_ports.h"
#include "tests/support/contains.h"
#include "tests/support/fake_host.h"
#include "tests/support/memory_tree.h"
#include "tests/support/sample_paths.h"

using namespace multipath;
using dm::Access;
using dm::MemoryDeviceMapper;
using tests::contains;
using tests::sample_path;
using tests::sample_paths;
using tests::wwid_of_unit;
using Lines = std::vector<std::string>;

namespace {

const std::string table_of_two = "0 0 2 1 service-time 0 1 1 8:0 1 service-time 0 1 1 8:16 1";
const std::string table_of_three =
    "0 0 3 1 service-time 0 1 1 8:0 1 service-time 0 1 1 8:16 1 service-time 0 1 1 8:32 1";

/// The first as the kernel gives it back.
const std::string seen_of_two =
    "rw 2048 0 0 2 1 service-time 0 1 2 8:0 1 1 service-time 0 1 2 8:16 1 1 ";

std::string name_of(int unit) { return wwid_of_unit(unit).text(); }
std::string uuid_of(int unit) { return map_uuid(wwid_of_unit(unit)); }

void put_map(MemoryDeviceMapper& mapper, const std::string& name, int unit = 1,
             const std::string& parameters = table_of_two) {
  mapper.put({name, uuid_of(unit), {{0, 2048, "multipath", parameters}}, Access::read_write});
}

std::vector<Outcome> plan_and_apply(MemoryDeviceMapper& mapper, const std::vector<Path>& paths,
                                    const PlanningOptions& planning_options = {}) {
  return tests::apply_plan(tests::plan_for(paths, mapper, planning_options), mapper);
}

Outcome only(const std::vector<Outcome>& outcomes) {
  REQUIRE(outcomes.size() == 1);
  return outcomes.front();
}

/// Everything of a map that a person could see.
std::string seen(MemoryDeviceMapper& mapper, const std::string& name) {
  const auto about = mapper.describe(name);
  if (!about) return "not there";
  const auto table = mapper.table(name);
  return (about->suspended ? "suspended " : "") +
         std::string(about->live_table ? "" : "no table ") +
         (about->inactive_table ? "inactive table " : "") + (about->read_only ? "ro " : "rw ") +
         (table->empty() ? ""
                         : std::to_string(table->front().length) + " " + table->front().parameters);
}

}  // namespace

TEST_CASE("a created map has the planned name, uuid and table") {
  MemoryDeviceMapper mapper;
  CHECK_FALSE(only(plan_and_apply(mapper, sample_paths(0, 2, 1))).failed());
  CHECK(mapper.journal() ==
        Lines{"create " + name_of(1) + " " + uuid_of(1) + " rw: 0 2048 multipath " + table_of_two,
              "wait for 1 udev event"});
}

TEST_CASE("an unchanged plan neither writes nor waits") {
  MemoryDeviceMapper mapper;
  put_map(mapper, name_of(1));
  CHECK_FALSE(only(plan_and_apply(mapper, sample_paths(0, 2, 1))).failed());
  CHECK(mapper.journal().empty());
}

TEST_CASE("a reload loads, and swaps without flushing") {
  MemoryDeviceMapper mapper;
  put_map(mapper, name_of(1));
  CHECK_FALSE(only(plan_and_apply(mapper, sample_paths(0, 3, 1))).failed());
  CHECK(mapper.journal() == Lines{"load " + name_of(1) + " rw: 0 2048 multipath " + table_of_three,
                                  "resume " + name_of(1) + " noflush reload",
                                  "wait for 1 udev event"});
}

TEST_CASE("only a resize flushes") {
  MemoryDeviceMapper mapper;
  put_map(mapper, name_of(1));
  auto paths = sample_paths(0, 2, 1);
  for (Path& path : paths) path.size_sectors = 4096;
  CHECK_FALSE(only(plan_and_apply(mapper, paths)).failed());
  CHECK(mapper.journal() == Lines{"load " + name_of(1) + " rw: 0 4096 multipath " + table_of_two,
                                  "resume " + name_of(1) + " flush", "wait for 1 udev event"});
}

TEST_CASE("a rename touches no table") {
  MemoryDeviceMapper mapper;
  put_map(mapper, "old");
  CHECK_FALSE(
      only(plan_and_apply(mapper, sample_paths(0, 2, 1), {.names = {{wwid_of_unit(1), "new"}}}))
          .failed());
  CHECK(mapper.journal() == Lines{"rename old new", "wait for 1 udev event"});
}

TEST_CASE("udev's flags report a map without a working path") {
  MemoryDeviceMapper mapper;
  auto paths = sample_paths(0, 2, 1);
  for (Path& path : paths) path.checker_state = CheckerState::faulty;
  plan_and_apply(mapper, paths);
  CHECK(contains(mapper.journal().at(0), " rw no_usable_path: "));
}

TEST_CASE("many maps share one wait for udev") {
  MemoryDeviceMapper mapper;
  std::vector<Path> paths;
  for (int unit = 1; unit <= 5; ++unit) {
    for (const Path& path : sample_paths(2 * unit, 2, unit)) paths.push_back(path);
  }
  CHECK(plan_and_apply(mapper, paths).size() == 5);
  const auto& journal = mapper.journal();
  CHECK(journal.size() == 6);
  CHECK(journal.back() == "wait for 5 udev events");
}

TEST_CASE("maps that lose a path precede maps that gain it") {
  MemoryDeviceMapper mapper;
  put_map(mapper, name_of(2), 2, table_of_three);
  auto paths = sample_paths(0, 2, 2);
  for (const Path& path : sample_paths(2, 2, 1)) paths.push_back(path);
  plan_and_apply(mapper, paths);
  const auto& journal = mapper.journal();
  REQUIRE(journal.size() == 4);
  CHECK(journal[0].starts_with("load " + name_of(2)));
  CHECK(journal[2].starts_with("create " + name_of(1)));
}

TEST_CASE("progress counts changes only") {
  MemoryDeviceMapper mapper;
  put_map(mapper, name_of(1));
  auto paths = sample_paths(0, 2, 1);
  for (const Path& path : sample_paths(2, 2, 2)) paths.push_back(path);
  for (const Path& path : sample_paths(4, 2, 3)) paths.push_back(path);
  Lines told;
  tests::apply_plan(tests::plan_for(paths, mapper), mapper,
                    [&](std::size_t number, std::size_t count, const Action& action) {
                      told.push_back(std::to_string(number) + "/" + std::to_string(count) + " " +
                                     action.desired.name);
                    });
  CHECK(told == Lines{"1/2 " + name_of(2), "2/2 " + name_of(3)});
}

TEST_CASE("a map that cannot be created fails alone and leaves nothing") {
  MemoryDeviceMapper mapper;
  mapper.inject({.verb = "create", .map = name_of(1), .error = ENOMEM});
  auto paths = sample_paths(0, 2, 1);
  for (const Path& path : sample_paths(2, 2, 2)) paths.push_back(path);
  const auto outcomes = plan_and_apply(mapper, paths);
  REQUIRE(outcomes.size() == 2);
  CHECK(contains(outcomes[0].error, "create map " + name_of(1)));
  CHECK(contains(outcomes[0].error, "Cannot allocate memory"));
  CHECK_FALSE(outcomes[1].failed());
  CHECK_FALSE(mapper.find(name_of(1)));
  CHECK(mapper.find(name_of(2)));
}

TEST_CASE("a vanished path is left out of its new map") {
  const auto disk = [](tests::MemoryTree& sys, const std::string& kname, const char* number,
                       const char* state) {
    sys.file("class/block/" + kname + "/dev", number + std::string("\n"));
    sys.file("class/block/" + kname + "/device/state", state + std::string("\n"));
  };
  const auto lost = [&](tests::MemoryTree& sys, int which) {
    if (which == 0) sys.remove("class/block/sdc");                  // deleted
    if (which == 1) sys.file("class/block/sdc/dev", "8:64\n");      // and another disk has its name
    if (which == 2) disk(sys, "sdc", "8:32", "transport-offline");  // its port went
  };
  for (int which = 0; which < 3; ++which) {
    tests::MemoryTree sys;
    disk(sys, "sda", "8:0", "running");
    disk(sys, "sdb", "8:16", "running");
    disk(sys, "sdc", "8:32", "running");
    lost(sys, which);
    CAPTURE(which);
    SUBCASE("of a new map") {
      MemoryDeviceMapper mapper;
      mapper.inject({.verb = "create", .map = name_of(1), .error = ENXIO});
      const Outcome outcome = only(apply(tests::plan_for(sample_paths(0, 3, 1), mapper), mapper,
                                         nullptr, {.sys = sys, .sys_writer = absent_sys_writer()}));
      CHECK_FALSE(outcome.failed());
      CHECK(outcome.remarks == Lines{"left out paths that were lost during the run: sdc"});
      CHECK(seen(mapper, name_of(1)) == seen_of_two);
    }
    SUBCASE("of a map that there is") {
      MemoryDeviceMapper mapper;
      put_map(mapper, name_of(1), 1, "0 0 1 1 service-time 0 1 1 8:0 1");
      mapper.inject({.verb = "load", .map = name_of(1), .error = ENODEV});
      CHECK_FALSE(only(apply(tests::plan_for(sample_paths(0, 3, 1), mapper), mapper, nullptr,
                             {.sys = sys, .sys_writer = absent_sys_writer()}))
                      .failed());
      CHECK(seen(mapper, name_of(1)) == seen_of_two);
    }
  }
}

TEST_CASE("a rejected table is retried only if some paths vanished") {
  tests::MemoryTree sys;
  for (int index = 0; index < 2; ++index) {
    const Path path = sample_path(index, 1);
    sys.file("class/block/" + path.kname + "/dev", to_string(path.number) + "\n");
    sys.file("class/block/" + path.kname + "/device/state", "running\n");
  }
  const auto failing = [&](int error) {
    MemoryDeviceMapper mapper;
    mapper.inject({.verb = "create", .map = name_of(1), .error = error});
    const Plan plan = tests::plan_for(sample_paths(0, 2, 1), mapper);
    const Outcome outcome =
        only(apply(plan, mapper, nullptr, {.sys = sys, .sys_writer = absent_sys_writer()}));
    CHECK(outcome.remarks.empty());
    CHECK_FALSE(mapper.find(name_of(1)));
    return outcome.failed();
  };
  CHECK(failing(ENXIO));
  sys.remove("class/block/sda");
  CHECK(failing(ENOMEM));
  sys.remove("class/block/sdb");
  CHECK(failing(ENXIO));
}

TEST_CASE("a path that the map has open stays") {
  tests::MemoryTree sys;  // none of the paths is there any more
  sys.file("class/block/sdc/dev", "8:32\n").file("class/block/sdc/device/state", "running\n");
  MemoryDeviceMapper mapper;
  put_map(mapper, name_of(1));
  mapper.inject({.verb = "load", .map = name_of(1), .error = ENXIO});
  const Outcome outcome = only(apply(tests::plan_for(sample_paths(0, 3, 1), mapper), mapper,
                                     nullptr, {.sys = sys, .sys_writer = absent_sys_writer()}));
  CHECK(outcome.failed());
  CHECK(seen(mapper, name_of(1)) == seen_of_two);
}

TEST_CASE("a failed step restores the map, including its name") {
  struct Row {
    const char* verb;
    bool suspends;
    const char* text;
  };
  for (const Row& row : {Row{"rename", false, "rename map old to new"},
                         {"load", false, "reload map"},
                         {"resume", false, "resume map"},
                         {"resume", true, "resume map"}}) {
    for (const std::uint64_t size : {2048U, 4096U}) {
      MemoryDeviceMapper mapper;
      put_map(mapper, "old");
      put_map(mapper, name_of(2), 2, "0 0 1 1 service-time 0 1 1 8:64 1");
      const std::string before = seen(mapper, "old");
      mapper.inject({.verb = row.verb, .map = {}, .error = EIO, .suspends = row.suspends});
      auto paths = sample_paths(0, 3, 1);
      for (Path& path : paths) path.size_sectors = size;
      for (const Path& path : sample_paths(4, 2, 2)) paths.push_back(path);
      const auto outcomes = plan_and_apply(mapper, paths, {.names = {{wwid_of_unit(1), "new"}}});
      REQUIRE(outcomes.size() == 2);
      CHECK(contains(outcomes[0].error, row.text));
      CHECK(contains(outcomes[0].error, "Input/output error"));
      CHECK(seen(mapper, "old") == before);
      CHECK_FALSE(mapper.find("new"));
      CHECK_FALSE(outcomes[1].failed());
      CHECK(mapper.table(name_of(2))->front().parameters.starts_with("0 0 2 1"));
    }
  }
}

TEST_CASE("a failed reload leaves a suspended map running with its old table") {
  MemoryDeviceMapper mapper;
  put_map(mapper, name_of(1));
  mapper.inject({.verb = "resume", .map = {}, .error = ENOMEM, .suspends = true});
  CHECK(only(plan_and_apply(mapper, sample_paths(0, 3, 1))).failed());
  CHECK_FALSE(mapper.find(name_of(1))->suspended);
  const auto& journal = mapper.journal();
  CHECK(std::ranges::count(journal, "resume " + name_of(1) + " noflush") == 1);
}

TEST_CASE("if restoring fails, the remaining state is reported") {
  MemoryDeviceMapper mapper;
  put_map(mapper, "old");
  const PlanningOptions planning_options{.names = {{wwid_of_unit(1), "new"}}};
  SUBCASE("suspended") {
    mapper.inject({.verb = "resume", .map = {}, .error = EIO, .suspends = true});
    mapper.inject({.verb = "resume", .map = {}, .error = EIO, .call = 2});
    const Outcome outcome = only(plan_and_apply(mapper, sample_paths(0, 3, 1), planning_options));
    CHECK(
        contains(outcome.error, "resume map new: Input/output error; map old is still suspended"));
    CHECK(contains(outcome.error, "`dmsetup resume old`"));
  }
  SUBCASE("renamed") {
    mapper.inject({.verb = "load", .map = {}, .error = EIO});
    mapper.inject({.verb = "rename", .map = "new", .error = EIO});
    const Outcome outcome = only(plan_and_apply(mapper, sample_paths(0, 3, 1), planning_options));
    CHECK(contains(outcome.error, "map old is missing after the run"));
  }
}

TEST_CASE("partition maps follow a rename and its failure") {
  const auto renamed = [](MemoryDeviceMapper& mapper) {
    put_map(mapper, "old");
    for (const char* number : {"1", "2"}) {
      mapper.put({std::string("old-part") + number,
                  std::string("part") + number + "-" + uuid_of(1),
                  {{0, 8, "linear", "253:0 0"}},
                  Access::read_write});
    }
    return only(
        plan_and_apply(mapper, sample_paths(0, 2, 1), {.names = {{wwid_of_unit(1), "new"}}}));
  };
  MemoryDeviceMapper fine;
  CHECK_FALSE(renamed(fine).failed());
  for (const char* name : {"new", "new-part1", "new-part2"}) CHECK(fine.find(name));
  MemoryDeviceMapper broken;
  broken.inject({.verb = "rename", .map = "old", .error = EIO});
  CHECK(renamed(broken).failed());
  for (const char* name : {"old", "old-part1", "old-part2"}) CHECK(broken.find(name));
}

TEST_CASE("a failed rename keeps the old name") {
  MemoryDeviceMapper mapper;
  put_map(mapper, "old");
  mapper.inject({.verb = "rename", .map = "old", .error = EBUSY});
  const Outcome outcome =
      only(plan_and_apply(mapper, sample_paths(0, 2, 1), {.names = {{wwid_of_unit(1), "new"}}}));
  CHECK(contains(outcome.error, "rename map old to new"));
  CHECK(mapper.find("old"));
  CHECK(mapper.journal().size() == 1);
}

TEST_CASE("a map created meanwhile is not overwritten") {
  MemoryDeviceMapper mapper;
  const Plan plan = tests::plan_for(sample_paths(0, 3, 1), mapper);
  put_map(mapper, name_of(1));
  const auto outcomes = tests::apply_plan(plan, mapper);
  CHECK(only(outcomes).failed());
  CHECK(mapper.table(name_of(1))->front().parameters.starts_with("0 0 2 1"));
}

TEST_CASE("a map that vanished meanwhile is an error that names it") {
  MemoryDeviceMapper mapper;
  put_map(mapper, name_of(1));
  const Plan plan = tests::plan_for(sample_paths(0, 3, 1), mapper);
  mapper.remove(name_of(1), *mapper.begin_batch());
  CHECK(contains(only(tests::apply_plan(plan, mapper)).error, name_of(1)));
}

TEST_CASE("a unit that proves read-only gets a read-only map") {
  MemoryDeviceMapper mapper;
  mapper.inject({.verb = "create", .map = {}, .error = EROFS});
  CHECK_FALSE(only(plan_and_apply(mapper, sample_paths(0, 2, 1))).failed());
  CHECK(mapper.describe(name_of(1))->read_only);
}

TEST_CASE("a unit that became read-only is reloaded read-only") {
  MemoryDeviceMapper mapper;
  put_map(mapper, name_of(1));
  mapper.inject({.verb = "load", .map = {}, .error = EROFS});
  CHECK_FALSE(only(plan_and_apply(mapper, sample_paths(0, 3, 1))).failed());
  CHECK(mapper.describe(name_of(1))->read_only);
}

TEST_CASE("a map planned read-only is never opened for writing") {
  MemoryDeviceMapper mapper;
  auto paths = sample_paths(0, 2, 1);
  paths[0].read_only = true;
  mapper.inject({.verb = "create", .map = {}, .error = EROFS});
  CHECK(only(plan_and_apply(mapper, paths)).failed());
  CHECK(mapper.journal().size() == 1);
  CHECK(contains(mapper.journal()[0], " ro"));
}

TEST_CASE("a rejected action fails with its reason and writes nothing") {
  MemoryDeviceMapper mapper;
  auto paths = sample_paths(0, 2, 1);
  paths[1].size_sectors = 4096;
  const Outcome outcome = only(plan_and_apply(mapper, paths));
  CHECK(outcome.error == outcome.action.reason);
  CHECK(mapper.journal().empty());
}

TEST_CASE("a failed wait for udev is reported for each changed map") {
  MemoryDeviceMapper mapper;
  mapper.inject({.verb = "wait", .map = {}, .error = EIDRM});
  auto paths = sample_paths(0, 2, 1);
  for (const Path& path : sample_paths(2, 2, 2)) paths.push_back(path);
  for (const Outcome& outcome : plan_and_apply(mapper, paths))
    CHECK(contains(outcome.error, "wait for udev"));
}

TEST_CASE("a foreign change during the run is reported with the remedy") {
  MemoryDeviceMapper mapper;
  auto paths = sample_paths(0, 2, 1);
  for (const Path& path : sample_paths(2, 2, 2)) paths.push_back(path);
  const Plan plan = tests::plan_for(paths, mapper);
  std::function<void()> meddle;
  std::string error;
  SUBCASE("suspended") {
    meddle = [&] { mapper.suspend(name_of(1), dm::Flush::no); };
    error = "map " + name_of(1) + " is still suspended after the run; `dmsetup resume " +
            name_of(1) + "` resumes it";
  }
  SUBCASE("removed") {
    meddle = [&] { mapper.remove(name_of(1), *mapper.begin_batch()); };
    error = "map " + name_of(1) + " is missing after the run";
  }
  SUBCASE("without a table") {
    meddle = [&] {
      dm::MemoryMap empty;
      empty.name = name_of(1);
      mapper.put(empty);
    };
    error = "map " + name_of(1) + " has no live table after the run";
  }
  SUBCASE("with another table loaded behind the one in use") {
    meddle = [&] {
      mapper.load(name_of(1), {{0, 2048, "multipath", table_of_two}}, Access::read_write);
    };
    error = "map " + name_of(1) + " still uses its old table after the run";
  }
  SUBCASE("with another size") {
    meddle = [&] {
      mapper.load(name_of(1), {{0, 8, "multipath", table_of_two}}, Access::read_write);
      mapper.resume(name_of(1), dm::Flush::no, {}, *mapper.begin_batch());
    };
    error = "map " + name_of(1) + " has 8 sectors after the run, expected 2048";
  }
  SUBCASE("with a table of another kind") {
    meddle = [&] {
      dm::MemoryMap other;
      other.name = name_of(1);
      other.uuid = mapper.find(name_of(1))->uuid;
      other.live = dm::Table{{0, 2048, "error", ""}};
      mapper.put(other);
    };
    error = "map " + name_of(1) + " has no live multipath table after the run";
  }
  const auto outcomes =
      tests::apply_plan(plan, mapper, [&](std::size_t number, std::size_t, const Action&) {
        if (number == 2) meddle();
      });
  REQUIRE(outcomes.size() == 2);
  CHECK(outcomes[0].error == error);
  CHECK_FALSE(outcomes[1].failed());
}

TEST_CASE("a map that cannot be read after the run is an error") {
  MemoryDeviceMapper mapper;
  const Plan plan = tests::plan_for(sample_paths(0, 2, 1), mapper);
  mapper.inject({.verb = "describe", .map = name_of(1), .error = EIO});
  CHECK(contains(only(tests::apply_plan(plan, mapper)).error, "describe map " + name_of(1)));
}
