#include <algorithm>
#include <cerrno>
#include <functional>
#include <set>

#include <doctest/doctest.h>

#include "multipath/model/multipath_table.h"
#include "tests/support/command_run.h"

/// Every call of device-mapper, and every change of a state file, fails in turn, in every job that changes something.

using namespace multipath;
using tests::CommandRun;
using tests::FakeHost;
using tests::run_multipath;
using tests::wwid_of_unit;

namespace {

constexpr int units = 2;

std::string name_of(int unit) { return wwid_of_unit(unit).text(); }
std::string uuid_of(int unit) { return map_uuid(wwid_of_unit(unit)); }

std::string table_of(int unit, int paths, const char* features = "0") {
  std::string text = std::string(features) + " 0 " + std::to_string(paths) + " 1";
  for (int path = 0; path < paths; ++path) {
    const int minor = 16 * (3 * (unit - 1) + path);
    text += " service-time 0 1 1 8:" + std::to_string(minor) + " 1";
  }
  return text;
}

/// Each unit has three paths; the maps that there are queue.
struct Job {
  const char* name;
  std::vector<std::string> command;
  std::function<void(FakeHost&)> prepare;
};

void put_map(FakeHost& world, const std::string& name, int unit, int paths,
             std::uint64_t sectors = 2048) {
  world.device_mapper.put(
      {name,
       uuid_of(unit),
       {{0, sectors, "multipath", table_of(unit, paths, "1 queue_if_no_path")}}});
}

void put_partition(FakeHost& world, const std::string& map, int unit) {
  const DeviceNumber whole = world.device_mapper.find(map)->number;
  world.device_mapper.put(
      {map + "-part1", "part1-" + uuid_of(unit), {{0, 1024, "linear", to_string(whole) + " 64"}}});
}

void configure(FakeHost& world, const std::string& defaults) {
  world.state_files.files["/etc/multipath.conf"] = "defaults {\n" + defaults + "}\n";
}

const std::vector<Job>& jobs() {
  static const std::vector<Job> all{
      {"create", {"apply"}, [](FakeHost&) {}},
      {"create with aliases",
       {"apply"},
       [](FakeHost& world) { configure(world, "  user_friendly_names yes\n"); }},
      {"reload",
       {"apply"},
       [](FakeHost& world) {
         for (int unit = 1; unit <= units; ++unit) put_map(world, name_of(unit), unit, 2);
       }},
      {"resize",
       {"apply"},
       [](FakeHost& world) {
         for (int unit = 1; unit <= units; ++unit) put_map(world, name_of(unit), unit, 3, 1024);
       }},
      {"rename",
       {"apply"},
       [](FakeHost& world) {
         for (int unit = 1; unit <= units; ++unit) {
           put_map(world, "other" + std::to_string(unit), unit, 3);
           put_partition(world, "other" + std::to_string(unit), unit);
         }
       }},
      {"reload and rename to an alias",
       {"apply"},
       [](FakeHost& world) {
         configure(world, "  user_friendly_names yes\n");
         for (int unit = 1; unit <= units; ++unit) {
           put_map(world, "other" + std::to_string(unit), unit, 2);
           put_partition(world, "other" + std::to_string(unit), unit);
         }
       }},
      {"flush",
       {"-F"},
       [](FakeHost& world) {
         for (int unit = 1; unit <= units; ++unit) {
           put_map(world, name_of(unit), unit, 3);
           put_partition(world, name_of(unit), unit);
         }
       }},
  };
  return all;
}

struct World : FakeHost {
  explicit World(const Job& job) {
    for (int unit = 1; unit <= units; ++unit) {
      for (int path = 0; path < 3; ++path) {
        const std::string kname =
            std::string("sd") + static_cast<char>('a' + 3 * (unit - 1) + path);
        add_path(kname, std::to_string(path) + ":0:0:" + std::to_string(unit), unit);
      }
    }
    job.prepare(*this);
    show_maps();
  }
};

/// All maps as a person would see them, after the paths' holders are gone from the story.
std::string maps_of(dm::DeviceMapper& mapper) {
  std::string text;
  for (const dm::Device& device : mapper.list()) {
    const auto about = mapper.describe(device.name);
    text += device.name + " " + about->uuid + (about->suspended ? " suspended" : "");
    for (const dm::Target& target : mapper.table(device.name).value_or(dm::Table{}))
      text += " " + std::to_string(target.length) + " " + target.parameters;
    text += "\n";
  }
  return text;
}

/// What no fault may leave behind, however little the run could do about it.
void check_invariants(World& world, const std::set<std::string>& queueing) {
  std::set<std::string> owned;
  for (const dm::Device& device : world.device_mapper.list()) {
    CAPTURE(device.name);
    const dm::MemoryMap& map = *world.device_mapper.find(device.name);
    CHECK(map.live.has_value());
    CHECK_FALSE(map.inactive.has_value());
    CHECK_FALSE(map.suspended);
    if (!map.uuid.starts_with(map_uuid_prefix)) continue;
    const auto table =
        parse_multipath_table(world.device_mapper.table(device.name)->front().parameters);
    REQUIRE(table);
    CHECK(queues_if_no_path(*table) == queueing.contains(map.uuid));
    for (const TableGroup& group : table->groups) {
      for (const TablePath& path : group.paths) CHECK(owned.insert(to_string(path.number)).second);
    }
  }
}

std::set<std::string> queueing_maps(World& world) {
  std::set<std::string> uuids;
  for (const dm::Device& device : world.device_mapper.list()) {
    const auto parameters = world.device_mapper.table(device.name)->front().parameters;
    const auto table = parse_multipath_table(parameters);
    if (table && queues_if_no_path(*table)) uuids.insert(device.uuid.value_or(""));
  }
  return uuids;
}

/// What a flush takes away, a later run of `apply` makes anew; so is the flush itself run again.
std::string end_without_fault(const Job& job) {
  World world(job);
  CHECK(run_multipath(world, job.command).status == 0);
  return maps_of(world.device_mapper);
}

const std::vector<const char*> changing{"create", "load", "resume", "rename", "remove"};
const std::vector<const char*> reading{"list",   "describe",     "table",
                                       "status", "dependencies", "wait"};

struct Sweep {
  int faults = 0;
  int tolerated = 0;  ///< of reading: the run came to its end all the same
};

/// One job with one fault; false when the run does not come as far as the call.
bool try_fault(const Job& job, const dm::Fault& fault, bool is_change, const std::string& wanted,
               Sweep& sweep) {
  CAPTURE(job.name);
  CAPTURE(fault.verb);
  CAPTURE(fault.call);
  CAPTURE(fault.error);
  CAPTURE(fault.suspends);
  World world(job);
  const auto queueing = queueing_maps(world);
  const auto files = world.state_files.files;
  world.device_mapper.inject(fault);
  CommandRun run;
  try {
    run = run_multipath(world, job.command);
  } catch (const std::system_error& error) {
    run.status = 1;  // main() tells it
    run.err = error.what();
  }
  if (world.device_mapper.has_armed_faults()) return false;
  ++sweep.faults;
  check_invariants(world, queueing);
  const bool is_tried_again = fault.verb == "remove" && fault.error == EBUSY;
  if (is_change && !is_tried_again) CHECK_MESSAGE(run.status != 0, run.out, run.err);
  if (run.status == 0) {
    ++sweep.tolerated;
    CHECK(maps_of(world.device_mapper) == wanted);
  } else {
    CHECK((!run.err.empty() || run.out.find("failed: ") != run.out.npos));
  }
  for (const auto& [file, text] : files) CHECK(world.state_files.files.at(file).starts_with(text));

  const CommandRun again = run_multipath(world, job.command);
  CHECK_MESSAGE(again.status == 0, again.out, again.err);
  CHECK(maps_of(world.device_mapper) == wanted);
  return true;
}

Sweep sweep_over(const std::vector<const char*>& verbs, const std::vector<dm::Fault>& kinds,
                 bool is_change) {
  constexpr unsigned more_than_there_are = 200;
  Sweep sweep;
  for (const Job& job : jobs()) {
    const std::string wanted = end_without_fault(job);
    for (const char* verb : verbs) {
      for (dm::Fault fault : kinds) {
        fault.verb = verb;
        for (fault.call = 1; fault.call < more_than_there_are; ++fault.call)
          if (!try_fault(job, fault, is_change, wanted, sweep)) break;
      }
    }
  }
  return sweep;
}

}  // namespace

TEST_CASE("a failed device-mapper change never leaves a broken map") {
  const Sweep sweep = sweep_over(changing,
                                 {{.verb = "", .error = EIO},
                                  {.verb = "", .error = ENOMEM},
                                  {.verb = "", .error = EBUSY},
                                  {.verb = "", .error = EINVAL}},
                                 true);
  MESSAGE(sweep.faults, " changing calls failed");
  CHECK(sweep.faults >= 100);
  CHECK(sweep.tolerated == 4);  // a busy device is tried again
}

TEST_CASE("a resume that fails half-way leaves no map suspended") {
  const Sweep sweep =
      sweep_over({"resume"}, {{.verb = "", .error = ENOMEM, .suspends = true}}, true);
  MESSAGE(sweep.faults, " resumes were given up half way");
  CHECK(sweep.faults >= 6);
}

TEST_CASE("a failed device-mapper read damages no map") {
  const Sweep sweep =
      sweep_over(reading, {{.verb = "", .error = EIO}, {.verb = "", .error = ENOMEM}}, false);
  MESSAGE(sweep.faults, " reading calls failed, ", sweep.tolerated, " of them made no difference");
  CHECK(sweep.faults >= 100);
}

TEST_CASE("an unwritable state file is reported and written next time") {
  int faults = 0;
  for (const Job& job : jobs()) {
    CAPTURE(job.name);
    World undisturbed(job);
    run_multipath(undisturbed, job.command);
    const std::string wanted = maps_of(undisturbed.device_mapper);
    for (const int error : {EROFS, ENOSPC, EACCES, EBUSY}) {
      CAPTURE(error);
      World world(job);
      const auto queueing = queueing_maps(world);
      world.state_files.fault =
          error;  // of the bindings where there are aliases, else of the wwids
      CommandRun run;
      try {
        run = run_multipath(world, job.command);
      } catch (const std::system_error& trouble) {
        run.status = 1;
        run.err = trouble.what();
      }
      if (world.state_files.fault) break;
      ++faults;
      check_invariants(world, queueing);
      CHECK(run.err.find("/etc/multipath/") != run.err.npos);
      const CommandRun again = run_multipath(world, job.command);
      CHECK_MESSAGE(again.status == 0, again.out, again.err);
      CHECK(maps_of(world.device_mapper) == wanted);
    }
  }
  MESSAGE(faults, " changes of state files failed");
  CHECK(faults >= 4 * 3);
}

TEST_CASE("the next run remembers the unit of a map made by a killed run") {
  World world({"right already", {}, [](FakeHost& host) { put_map(host, name_of(1), 1, 3); }});
  CHECK(run_multipath(world, {"apply"}).status == 0);
  const std::string wwids = world.state_files.files["/etc/multipath/wwids"];
  CHECK(wwids.find("/" + name_of(1) + "/\n") != wwids.npos);
  world.state_files.journal.clear();
  CHECK(run_multipath(world, {"apply"}).status == 0);
  CHECK(world.state_files.journal.empty());
}
