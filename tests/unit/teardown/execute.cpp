#include "multipath/teardown/execute.h"

#include <cerrno>
#include <functional>
#include <system_error>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "multipath/discovery/unit_paths.h"
#include "multipath/holders/graph.h"
#include "tests/support/holder_world.h"

using namespace multipath;
using tests::HolderWorld;

namespace {

/// Tools that change the world when they are run, and a journal of them.
class WorldTools final : public ToolRunner {
 public:
  std::map<std::string, std::function<int()>> effects;
  std::vector<std::string> journal;
  std::string errors = "  WARNING: something\nit is busy\n";

  bool available(const std::string& program) const override {
    return program.starts_with("/usr/sbin/");
  }
  ToolRun run(const std::vector<std::string>& argv, std::chrono::milliseconds) override {
    const std::string line = fmt::format("{}", fmt::join(argv, " ")).substr(10);
    journal.push_back(line);
    ToolRun run;
    const auto effect = effects.find(line);
    run.exit_status = effect == effects.end() ? 0 : effect->second();
    if (run.exit_status != 0) run.errors = errors;
    return run;
  }
};

Execution quick() {
  Execution execution;
  execution.timeout = std::chrono::milliseconds(150);
  execution.watch = std::chrono::milliseconds(0);
  return execution;
}

/// md1 on md0 on sda.
struct Stack {
  Stack() {
    world.device("sda").device("md0", {"sda"}).device("md1", {"md0"});
    for (const char* name : {"md0", "md1"}) world.attribute(name, "md/level", "raid1");
    tools.effects["mdadm --stop /dev/md1"] = [this] { return remove("md1", "md0"); };
    tools.effects["mdadm --stop /dev/md0"] = [this] { return remove("md0", "sda"); };
  }
  int remove(const std::string& kname, const std::string& lower) {
    world.sys.remove(world.folder(lower) + "/holders/" + kname);
    world.sys.remove(world.folder(kname));
    world.sys.remove("class/block/" + kname);
    return 0;
  }
  Host host() {
    return {world.sys,  world.proc,          world.dev, world.scsi,
            world.udev, world.device_mapper, tools,     world.clock};
  }
  TeardownResult run(const Execution& execution = quick()) {
    graph = discover_holders(host(), {"sda"});
    return execute_teardown(graph, plan_teardown(graph, {}).value().steps, host(), execution);
  }
  std::vector<StepState> states(const TeardownResult& result) {
    std::vector<StepState> list;
    for (const StepOutcome& outcome : result.outcomes) list.push_back(outcome.state);
    return list;
  }

  HolderWorld world;
  WorldTools tools;
  HolderGraph graph;
};

using States = std::vector<StepState>;

}  // namespace

TEST_CASE("steps run in order, and each is verified") {
  Stack stack;
  const auto result = stack.run();
  CHECK(result.succeeded());
  CHECK(stack.tools.journal ==
        std::vector<std::string>{"mdadm --stop /dev/md1", "mdadm --stop /dev/md0"});
  CHECK(discover_holders(stack.host(), {"sda"}).nodes.size() == 1);
}

TEST_CASE("a failed step stops the run before the next one") {
  Stack stack;
  stack.tools.effects["mdadm --stop /dev/md1"] = [] { return 1; };
  const auto result = stack.run();
  CHECK(stack.states(result) == States{StepState::failed, StepState::not_started});
  CHECK(result.outcomes[0].error == "it is busy");
  CHECK_FALSE(result.succeeded());
}

TEST_CASE("a tool's success counts only if the device is gone") {
  Stack stack;
  stack.tools.effects["mdadm --stop /dev/md1"] = [] { return 0; };
  CHECK(stack.states(stack.run()) == States{StepState::timed_out, StepState::not_started});
}

TEST_CASE("an already removed device is not a failure") {
  Stack stack;
  const HolderGraph graph = discover_holders(stack.host(), {"sda"});
  const auto steps = plan_teardown(graph, {}).value().steps;
  stack.remove("md1", "md0");
  const auto result = execute_teardown(graph, steps, stack.host(), quick());
  CHECK(stack.states(result) == States{StepState::already_gone, StepState::done});
  CHECK(stack.tools.journal.size() == 1);
}

TEST_CASE("a tool that fails on a device that vanished has succeeded") {
  Stack stack;
  stack.tools.effects["mdadm --stop /dev/md1"] = [&] {
    stack.remove("md1", "md0");
    return 1;
  };
  CHECK(stack.run().succeeded());
}

TEST_CASE("another device under the planned name is not touched") {
  Stack stack;
  stack.world.attribute("md1", "diskseq", "5");
  const HolderGraph graph = discover_holders(stack.host(), {"sda"});
  const auto steps = plan_teardown(graph, {}).value().steps;
  stack.world.attribute("md1", "diskseq", "6");
  const auto result = execute_teardown(graph, steps, stack.host(), quick());
  CHECK(stack.states(result) == States{StepState::failed, StepState::not_started});
  CHECK(stack.tools.journal.empty());
}

TEST_CASE("volumes of an unreadable group are removed one by one") {
  const std::string group = "LVM-0000000000000000000000000000000v";
  Stack stack;
  stack.world.map("dm-0", "vg-pool_tdata", group + "1-tdata", {"sda"});
  stack.world.map("dm-1", "vg-thin", group + "2", {"dm-0"});
  for (const char* name : {"vg-pool_tdata", "vg-thin"})
    stack.world.device_mapper.put({.name = name, .uuid = "", .table = {{0, 8, "linear", "8:0 0"}}});
  stack.tools.effects["vgchange -an vg"] = [] { return 5; };
  stack.tools.errors = "  Volume group \"vg\" not found\n";
  stack.run();
  std::vector<std::string> removed;
  for (const std::string& line : stack.world.device_mapper.journal())
    if (line.starts_with("remove ")) removed.push_back(line);
  CHECK(removed == std::vector<std::string>{"remove vg-thin", "remove vg-pool_tdata"});
}

TEST_CASE("a tool that fails temporarily is retried") {
  Stack stack;
  int runs = 0;
  stack.tools.effects["mdadm --stop /dev/md1"] = [&] {
    return ++runs < 3 ? 1 : stack.remove("md1", "md0");
  };
  Execution patient = quick();
  patient.timeout = std::chrono::minutes(5);  // it ends when the tool has succeeded, long before
  CHECK(stack.run(patient).succeeded());
  CHECK(runs == 3);
}

TEST_CASE("a cache set is stopped first, then its remaining devices") {
  // The set ends when it is told to, and leaves the backing device taken.
  class Attributes final : public SysWriter {
   public:
    explicit Attributes(HolderWorld& world) : world_(world) {}
    std::vector<std::string> journal;

    void write(std::string_view path, std::string_view) override {
      journal.emplace_back(path);
      if (path == "fs/bcache/uuid/stop") {
        world_.sys.remove("fs/bcache/uuid").remove(world_.folder("sdb") + "/bcache");
        world_.sys.remove(world_.folder("bcache0")).remove("class/block/bcache0");
        throw std::system_error(ENODEV, std::generic_category(), "cannot write");
      }
      world_.sys.remove(world_.folder("sda") + "/bcache");
    }

   private:
    HolderWorld& world_;
  };
  Stack stack;
  HolderWorld& world = stack.world;
  stack.remove("md1", "md0");
  stack.remove("md0", "sda");
  world.device("sdb").device("bcache0", {"sda", "sdb"});
  world.sys.file(world.folder("sda") + "/bcache/stop", "").folder(world.folder("sdb") + "/bcache");
  world.sys.link(world.folder("sda") + "/bcache/cache", "/fs/bcache/uuid");
  world.sys.link(world.folder("sda") + "/bcache/dev", "/" + world.folder("bcache0"));
  world.sys.link(world.folder("bcache0") + "/bcache/cache", "/fs/bcache/uuid");
  world.sys.link("fs/bcache/uuid/bdev0", "/" + world.folder("sda") + "/bcache");
  world.sys.link("fs/bcache/uuid/cache0", "/" + world.folder("sdb") + "/bcache");
  Attributes attributes(world);
  Host host = stack.host();
  const HolderGraph graph = discover_holders(host, {"sda", "sdb"});
  host.sys_writer = attributes;
  const auto steps = plan_teardown(graph, {}).value().steps;
  CHECK(steps.size() == 1);
  CHECK(execute_teardown(graph, steps, host, quick()).succeeded());
  CHECK(attributes.journal ==
        std::vector<std::string>{"fs/bcache/uuid/stop", "class/block/sda/bcache/stop"});
}

TEST_CASE("an interruption takes effect between two steps") {
  Stack stack;
  Execution execution = quick();
  execution.interrupted = [&] { return !stack.tools.journal.empty(); };
  const auto result = stack.run(execution);
  CHECK(result.interrupted);
  CHECK(stack.states(result) == States{StepState::done, StepState::not_started});
}

TEST_CASE("a device that returns after the last step is reported") {
  Stack stack;
  stack.world.map("dm-3", "plain", "part1-x", {"sda"});
  stack.world.device_mapper.put(
      {.name = "plain", .uuid = "part1-x", .table = {{0, 8, "linear", "8:0 0"}}});
  // A world where the map's removal leaves sysfs as it is looks like one that has it again; for
  // the step itself the device has gone with another number.
  const HolderGraph graph = discover_holders(stack.host(), {"sda"});
  stack.remove("dm-3", "sda");
  stack.world.map("dm-4", "plain", "part1-x", {"sda"});
  const auto steps = plan_teardown(graph, {}).value().steps;
  const auto result = execute_teardown(graph, steps, stack.host(), quick());
  REQUIRE(result.came_back.size() == 1);
  CHECK(result.came_back[0] ==
        "plain came back; usual cause: multipath partitions or kpartx, by udev");
}

TEST_CASE("missing tools are blockers before the run") {
  Stack stack;
  const HolderGraph graph = discover_holders(stack.host(), {"sda"});
  const auto steps = plan_teardown(graph, {}).value().steps;
  CHECK(missing_tools(steps, stack.host()).empty());
  CHECK(missing_tools(steps, stack.world.host()).size() == 1);
}

TEST_CASE("neither a plan nor discovery runs a tool") {
  Stack stack;
  const HolderGraph graph = discover_holders(stack.host(), {"sda"});
  CHECK(plan_teardown(graph, {}).has_value());
  CHECK(stack.tools.journal.empty());
  CHECK(stack.world.device_mapper.journal().empty());
}
