#include <cerrno>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "multipath/discovery/unit_paths.h"
#include "multipath/holders/graph.h"
#include "multipath/teardown/execute.h"
#include "multipath/teardown/execute_name_spaces.h"
#include "multipath/view/holder_plan.h"
#include "tests/support/holder_world.h"
#include "tests/support/memory_mount_namespaces.h"

using namespace multipath;
using tests::HolderWorld;

namespace {

TeardownOptions everywhere() {
  TeardownOptions planning_options;
  planning_options.unmount = planning_options.unmount_elsewhere = true;
  return planning_options;
}

/// sda, mounted on /mnt in namespace 7, which process 300 is in.
struct Elsewhere {
  Elsewhere() {
    world.device("sda");
    seen_by(300, 7, {21});
    graph = discover_holders(host(), {"sda"});
    steps = plan_teardown(graph, everywhere()).value().steps;
  }
  Host host() {
    Host host = world.host();
    host.mount_namespaces = name_spaces;
    return host;
  }
  /// A process in a namespace that has sda mounted, once for each number.
  void seen_by(int pid, int name_space, const std::vector<int>& ids) {
    std::string text = "20 1 0:30 / / rw - tmpfs none rw\n";
    for (const int id : ids)
      text += fmt::format("{} 20 {} / /mnt rw - ext4 /dev/sda rw\n", id,
                          to_string(world.number("sda")));
    world.process(pid, "user", name_space, text);
    name_spaces.mountinfo[static_cast<std::uint64_t>(name_space)] = text;
  }
  void hold() {
    std::vector<Blocker> closed;
    held = open_name_spaces(graph, steps, host(), closed);
    REQUIRE(closed.empty());
  }
  StepOutcome run() {
    Execution execution;
    execution.timeout = std::chrono::milliseconds(2);
    execution.watch = std::chrono::milliseconds(0);
    execution.name_spaces = std::move(held);
    return execute_teardown(graph, steps, host(), execution).outcomes.at(0);
  }
  void end_process(int pid) { world.proc.remove(std::to_string(pid)); }

  HolderWorld world;
  tests::MemoryMountNamespaces name_spaces{world.proc};
  HolderGraph graph;
  std::vector<Step> steps;
  OpenNameSpaces held;
};

std::error_code code_of(int error) { return {error, std::generic_category()}; }

}  // namespace

TEST_CASE("an unmount in another namespace runs no program") {
  Elsewhere elsewhere;
  elsewhere.hold();
  CHECK(elsewhere.run().state == StepState::done);
  CHECK(elsewhere.world.tools.journal.empty());
  CHECK(elsewhere.name_spaces.journal == std::vector<std::string>{"umount2 /mnt in 7"});
  CHECK(missing_tools(elsewhere.steps, elsewhere.host()).empty());
}

TEST_CASE("no printed command runs a program in another namespace") {
  const Elsewhere elsewhere;
  for (const std::string& text : {render_plan(elsewhere.steps), render_undo(elsewhere.steps)}) {
    CHECK(text.find("nsenter") == std::string::npos);
    CHECK(text.find("/proc/") == std::string::npos);
  }
  REQUIRE(elsewhere.steps.size() == 1);
  CHECK(elsewhere.steps[0].undo.empty());
  CHECK(render_undo(elsewhere.steps) ==
        "# /mnt: cannot be undone from here: mount /dev/sda (ext4) again from inside mount "
        "namespace 7\n");
  CHECK(render_plan(elsewhere.steps)
            .find("(umount2 of /mnt in mount namespace 7, by this program)") != std::string::npos);
}

TEST_CASE("an open namespace is reachable after its processes end") {
  Elsewhere elsewhere;
  elsewhere.hold();
  elsewhere.end_process(300);
  CHECK(elsewhere.run().state == StepState::done);
  CHECK(elsewhere.name_spaces.journal.size() == 1);
}

TEST_CASE("the end of a process is not an unmount") {
  Elsewhere elsewhere;
  elsewhere.seen_by(301, 8, {41});
  elsewhere.end_process(300);
  const StepOutcome outcome = elsewhere.run();
  CHECK(outcome.state == StepState::failed);
  CHECK(outcome.error == "mount namespace 7 cannot be entered");
}

TEST_CASE("a mount in no visible namespace is gone") {
  Elsewhere elsewhere;
  elsewhere.end_process(300);
  CHECK(elsewhere.run().state == StepState::already_gone);
}

TEST_CASE("an unreadable namespace may have the mount") {
  Elsewhere elsewhere;
  elsewhere.seen_by(301, 8, {});
  elsewhere.end_process(300);
  SUBCASE("a mountinfo that cannot be read") { elsewhere.world.proc.silent_file("301/mountinfo"); }
  SUBCASE("a process in a chroot") { elsewhere.world.proc.link("301/root", "/srv"); }
  SUBCASE("a namespace that cannot be read") { elsewhere.world.proc.remove("301/ns/mnt"); }
  CHECK(elsewhere.run().state == StepState::failed);
}

TEST_CASE("a failed unmount fails its step with the reason") {
  Elsewhere elsewhere;
  elsewhere.hold();
  int error = EINVAL;
  std::string reason = "the mount is locked";
  SUBCASE("locked by a user namespace") {}
  SUBCASE("busy until the end") {
    error = EBUSY;
    reason = "Device or resource busy";
  }
  SUBCASE("not permitted") {
    error = EPERM;
    reason = "Operation not permitted";
  }
  elsewhere.name_spaces.umount2 = [&](const std::string&) { return code_of(error); };
  const StepOutcome outcome = elsewhere.run();
  CHECK(outcome.state == StepState::failed);
  CHECK(outcome.error.find(reason) != std::string::npos);
}

TEST_CASE("a kernel that does not answer is a time-out, not a success") {
  Elsewhere elsewhere;
  elsewhere.hold();
  elsewhere.name_spaces.umount2 = [](const std::string&) { return code_of(ETIMEDOUT); };
  CHECK(elsewhere.run().state == StepState::timed_out);
}

TEST_CASE("a mount on top of the planned one is not unmounted") {
  Elsewhere elsewhere;
  elsewhere.hold();
  elsewhere.seen_by(300, 7, {21, 50});
  CHECK(elsewhere.run().state == StepState::failed);
  CHECK(elsewhere.name_spaces.mountinfo[7].find("50 20") != std::string::npos);
}

TEST_CASE("two mounts on one mount point are two steps, upper first") {
  Elsewhere elsewhere;
  elsewhere.world.process(300, "user", 7,
                          fmt::format("20 1 0:30 / / rw - tmpfs none rw\n"
                                      "21 20 {0} / /mnt rw - ext4 /dev/sda rw\n"
                                      "22 21 {0} / /mnt rw - ext4 /dev/sda rw\n",
                                      to_string(elsewhere.world.number("sda"))));
  elsewhere.name_spaces.mountinfo[7] = elsewhere.world.proc.read("300/mountinfo").value();
  const HolderGraph graph = discover_holders(elsewhere.host(), {"sda"});
  const auto steps = plan_teardown(graph, everywhere()).value().steps;
  REQUIRE(steps.size() == 2);
  CHECK(steps[0].mount_id == 22);
  std::vector<Blocker> closed;
  Execution execution;
  execution.watch = std::chrono::milliseconds(0);
  execution.name_spaces = open_name_spaces(graph, steps, elsewhere.host(), closed);
  CHECK(execute_teardown(graph, steps, elsewhere.host(), execution).succeeded());
}

TEST_CASE("an inaccessible namespace blocks before the run") {
  Elsewhere elsewhere;
  elsewhere.end_process(300);
  std::vector<Blocker> closed;
  CHECK(open_name_spaces(elsewhere.graph, elsewhere.steps, elsewhere.host(), closed).empty());
  REQUIRE(closed.size() == 1);
  CHECK(closed[0].detail.find("/mnt is mounted in mount namespace 7, which cannot be entered") !=
        std::string::npos);
}

TEST_CASE("a namespace is opened through another process if the first ended") {
  Elsewhere elsewhere;
  elsewhere.seen_by(302, 7, {21});
  elsewhere.end_process(300);
  elsewhere.hold();
  CHECK(elsewhere.run().state == StepState::done);
}
