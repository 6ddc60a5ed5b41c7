// What holds for any paths, any maps and any faults. The seeds are fixed: a failure says which.

#include <algorithm>
#include <cerrno>
#include <random>
#include <variant>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "multipath/planning/apply.h"
#include "tests/support/fake_host.h"
#include "tests/support/sample_paths.h"

using namespace multipath;
using dm::MemoryDeviceMapper;

namespace {

/// std::uniform_int_distribution differs between libraries; a seed should not.
class Dice {
 public:
  explicit Dice(unsigned seed) : engine_(seed) {}
  int below(int end) { return static_cast<int>(engine_() % static_cast<unsigned>(end)); }
  bool one_in(int n) { return below(n) == 0; }
  template <typename T>
  T any_of(std::initializer_list<T> values) {
    return values.begin()[below(static_cast<int>(values.size()))];
  }

 private:
  std::mt19937 engine_;
};

Path random_path(Dice& dice, int index) {
  Path path = tests::sample_path(index, dice.below(4));
  path.size_sectors = dice.one_in(12) ? 4096 : 2048;
  path.read_only = dice.one_in(20);
  path.priority = dice.any_of({1, 10, 50});
  auto& disk = std::get<ScsiPath>(path.transport);
  disk.tpgs = dice.one_in(3) ? scsi::Tpgs::none : scsi::Tpgs::implicit;
  disk.hardware_handler = dice.one_in(4) ? "alua" : "";
  if (dice.one_in(20)) path.vendor = "ACME";
  if (dice.one_in(20)) path.users = {{"md0", "held by md0"}};
  if (dice.one_in(15)) path.wwid.reset();
  if (dice.one_in(4)) {
    path.answered = false;
    path.checker_state = CheckerState::faulty;
    path.trouble = "dead";
    if (dice.one_in(2)) path.priority.reset();
    if (dice.one_in(2)) path.size_sectors = 0;
  } else if (dice.one_in(8)) {
    path.checker_state = dice.any_of({CheckerState::ghost, CheckerState::faulty,
                                      CheckerState::pending, CheckerState::disconnected});
  }
  return path;
}

std::vector<Path> random_paths(Dice& dice) {
  std::vector<Path> paths;
  for (int index = 0; index < 12; ++index) {
    if (!dice.one_in(4)) paths.push_back(random_path(dice, index));
  }
  return paths;
}

PlanningOptions random_wishes(Dice& dice) {
  PlanningOptions planning_options;
  planning_options.policy = dice.any_of({PathGroupingPolicy::failover, PathGroupingPolicy::multibus,
                                         PathGroupingPolicy::group_by_prio});
  planning_options.every_unit = dice.one_in(3);
  for (int unit = 0; unit < 4; ++unit) {
    if (dice.one_in(2))
      planning_options.names.emplace(
          tests::wwid_of_unit(unit),
          dice.any_of<std::string>({"mpatha", "mpathb", "mpathc", "taken"}));
  }
  return planning_options;
}

void put_strangers(MemoryDeviceMapper& mapper) {
  mapper.put({"taken", "LVM-1", {{0, 8, "linear", "8:240 0"}}, dm::Access::read_write});
}

/// Maps as some runs of the program, for other paths, left them.
void make_history(Dice& dice, MemoryDeviceMapper& mapper) {
  for (int runs = dice.below(4); runs > 0; --runs) {
    const auto paths = random_paths(dice);
    tests::apply_plan(tests::plan_for(paths, mapper, random_wishes(dice)), mapper);
  }
  for (const dm::Device& device : mapper.list()) {
    if (device.name == "taken") continue;
    if (dice.one_in(6)) mapper.message(device.name, 0, "queue_if_no_path");
    if (dice.one_in(10)) {
      auto map = *mapper.find(device.name);
      map.inactive = map.live;
      mapper.put(map);
    }
  }
}

void inject_faults(Dice& dice, MemoryDeviceMapper& mapper, int faults) {
  for (; faults > 0; --faults) {
    dm::Fault fault;
    fault.verb = dice.any_of<std::string>({"create", "load", "resume", "rename"});
    fault.error = dice.any_of({EIO, ENOMEM, EBUSY, EROFS, EINVAL});
    fault.call = 1U + static_cast<unsigned>(dice.below(3));
    fault.suspends = fault.verb == "resume" && dice.one_in(2);
    mapper.inject(fault);
  }
}

std::string text_of(const Plan& plan) {
  std::vector<std::string> lines;
  for (const Action& action : plan.actions) {
    lines.push_back(
        fmt::format("{} {}: {}", to_string(action.verb), action.desired.name, action.reason));
  }
  return fmt::format("{}", fmt::join(lines, "\n"));
}

/// Is a path or a name left to the map that has it?
bool waits(const Plan& plan) {
  const auto speaks_of_it = [](const std::string& text) {
    return text.find("not added to a map: already in map ") != std::string::npos ||
           text.find("keeps its name") != std::string::npos ||
           text.find("named by its WWID") != std::string::npos;
  };
  return std::ranges::any_of(plan.findings, speaks_of_it, &Finding::text) ||
         std::ranges::any_of(plan.actions, speaks_of_it, &Action::reason);
}

bool all_at_rest(const Plan& plan) {
  return std::ranges::all_of(plan.actions, [](const Action& action) {
    return action.verb == Verb::nothing || action.verb == Verb::refuse;
  });
}

}  // namespace

TEST_CASE("a plan that was carried out leaves nothing to do") {
  for (unsigned seed = 0; seed < 3000; ++seed) {
    CAPTURE(seed);
    Dice dice(seed);
    MemoryDeviceMapper mapper;
    put_strangers(mapper);
    make_history(dice, mapper);
    const auto paths = random_paths(dice);
    const PlanningOptions planning_options = random_wishes(dice);
    const Plan first = tests::plan_for(paths, mapper, planning_options);
    for (const Outcome& outcome : tests::apply_plan(first, mapper)) {
      INFO("first:\n", text_of(first), "\n", outcome.error);
      REQUIRE((!outcome.failed() || outcome.action.verb == Verb::refuse));
    }
    // Maps that are to exchange paths: each first loses what the other one gets a run later. So do
    // maps that wait for each other's names and paths at once.
    Plan second = tests::plan_for(paths, mapper, planning_options);
    for (int more = 0; more < 3 && waits(first) && !all_at_rest(second); ++more) {
      tests::apply_plan(second, mapper);
      second = tests::plan_for(paths, mapper, planning_options);
    }
    const std::size_t writes = mapper.journal().size();
    INFO("first:\n", text_of(first), "\nsecond:\n", text_of(second));
    REQUIRE(all_at_rest(second));
    tests::apply_plan(second, mapper);
    REQUIRE(mapper.journal().size() == writes);
  }
}

TEST_CASE("whatever fails, a map is as it was, or as it should be, or it is told what it is") {
  for (unsigned seed = 0; seed < 3000; ++seed) {
    CAPTURE(seed);
    Dice dice(seed);
    MemoryDeviceMapper mapper;
    put_strangers(mapper);
    make_history(dice, mapper);
    const auto paths = random_paths(dice);
    const Plan plan = tests::plan_for(paths, mapper, random_wishes(dice));
    MemoryDeviceMapper before;
    before.put_copy_of(mapper);
    const int faults = dice.below(5);
    inject_faults(dice, mapper, faults);
    const auto outcomes = tests::apply_plan(plan, mapper);
    INFO(text_of(plan), "\n", fmt::format("{}", fmt::join(mapper.journal(), "\n")));
    for (const Outcome& outcome : outcomes) {
      INFO(outcome.error);
      const auto& current = outcome.action.current;
      const std::string& name = outcome.action.desired.name;
      if (!outcome.failed()) {
        REQUIRE(mapper.find(name));
        REQUIRE_FALSE(mapper.find(name)->suspended);
        continue;
      }
      if (!current) continue;
      // Of maps that swap their names one may be left with the third name; the next run goes on.
      const auto former =
          std::ranges::find(plan.actions, outcome.action.desired.wwid,
                            [](const Action& action) { return action.desired.wwid; });
      const std::string former_name = former->current->name;
      const bool told = outcome.error.find(" after the run") != std::string::npos;
      if (faults <= 1) REQUIRE_FALSE(told);
      if (told) continue;
      REQUIRE(mapper.find(current->name));
      REQUIRE_FALSE(mapper.find(current->name)->suspended);
      REQUIRE(mapper.table(current->name) == before.table(former_name));
    }
  }
}

namespace {

/// A path that works as in a quiet hour.
void mend(Path& path) {
  path.answered = true;
  path.checker_state = CheckerState::ready;
  path.size_sectors = 2048;
  path.vendor = "Linux";
  path.users.clear();
  path.trouble.clear();
  if (!path.priority) path.priority = 50;
}

void fail(Dice& dice, Path& path) {
  path.checker_state = dice.any_of({CheckerState::faulty, CheckerState::pending,
                                    CheckerState::timeout, CheckerState::disconnected});
  path.trouble = "dead";
  if (dice.one_in(2)) path.answered = false;
  if (dice.one_in(2)) path.size_sectors = 0;
  if (dice.one_in(2)) path.priority.reset();
  if (dice.one_in(4)) path.priority = 0;
}

}  // namespace

TEST_CASE("neither a failure nor its end causes a reload") {
  for (unsigned seed = 0; seed < 3000; ++seed) {
    CAPTURE(seed);
    Dice dice(seed);
    MemoryDeviceMapper mapper;
    auto paths = random_paths(dice);
    std::ranges::for_each(paths, mend);
    PlanningOptions planning_options = random_wishes(dice);
    planning_options.every_unit = true;
    planning_options.names.clear();
    tests::apply_plan(tests::plan_for(paths, mapper, planning_options), mapper);
    auto failed = paths;
    for (Path& path : failed) {
      if (dice.one_in(2)) fail(dice, path);
    }
    const Plan in_the_outage = tests::plan_for(failed, mapper, planning_options);
    INFO(text_of(in_the_outage));
    for (const Action& action : in_the_outage.actions) REQUIRE(action.verb == Verb::nothing);
    REQUIRE(all_at_rest(tests::plan_for(paths, mapper, planning_options)));
  }
}
