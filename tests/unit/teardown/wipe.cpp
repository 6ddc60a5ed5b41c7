#include <cerrno>
#include <functional>
#include <system_error>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "multipath/discovery/unit_paths.h"
#include "multipath/holders/graph.h"
#include "multipath/teardown/execute.h"
#include "tests/support/holder_world.h"

using namespace multipath;
using tests::HolderWorld;

namespace {

/// What was asked for, in the order of a journal that the tools share.
class NotedBackup final : public SignatureBackup {
 public:
  explicit NotedBackup(std::vector<std::string>& journal) : journal_(journal) {}
  std::string wrong;  ///< in which of the calls an error comes

  void require_trusted(const std::string& folder) const override { note("trust " + folder); }
  std::string begin(const std::string& folder, const std::string& node) override {
    note("begin " + node);
    return folder + "/fresh";
  }
  void keep(const std::string&, const std::string&, const std::string& node,
            Compare compare) override {
    note((compare == Compare::with_device ? "compare " : "keep ") + node);
  }
  void end(const std::string& fresh) noexcept override { journal_.push_back("end " + fresh); }

 private:
  void note(const std::string& line) const {
    journal_.push_back(line);
    if (!wrong.empty() && line.starts_with(wrong))
      throw std::system_error(EPERM, std::generic_category(), "others may write to it");
  }
  std::vector<std::string>& journal_;
};

class NotedTools final : public ToolRunner {
 public:
  explicit NotedTools(std::vector<std::string>& journal) : journal_(journal) {}
  std::string left;  ///< what wipefs lists afterwards

  bool available(const std::string& program) const override {
    return program.starts_with("/usr/sbin/");
  }
  ToolRun run(const std::vector<std::string>& argv, std::chrono::milliseconds) override {
    journal_.push_back(fmt::format("{}", fmt::join(argv, " ")));
    ToolRun run;
    if (argv.at(1) == "--parsable") run.output = "# offset,uuid,label,type\n" + left;
    return run;
  }

 private:
  std::vector<std::string>& journal_;
};

struct Wiped {
  Wiped() { world.device("sda"); }
  Host host() {
    Host host{world.sys,  world.proc,          world.dev, world.scsi,
              world.udev, world.device_mapper, tools,     world.clock};
    host.devices = world.devices;
    host.signatures = backup;
    return host;
  }
  std::vector<Step> steps() {
    planning_options.wipe = true;
    planning_options.wipe_backup = "/save";
    graph = discover_holders(host(), {"sda"});
    return plan_teardown(graph, planning_options).value().steps;
  }
  StepOutcome run() {
    const auto planned = steps();
    Execution execution;
    execution.watch = std::chrono::milliseconds(0);
    return execute_teardown(graph, planned, host(), execution).outcomes.at(0);
  }

  std::vector<std::string> journal;
  HolderWorld world;
  NotedBackup backup{journal};
  NotedTools tools{journal};
  TeardownOptions planning_options;
  HolderGraph graph;
};

}  // namespace

TEST_CASE("signatures are saved and verified before any is erased") {
  Wiped wiped;
  CHECK(wiped.run().state == StepState::done);
  const std::string wipefs = "/usr/sbin/env HOME=/save/fresh wipefs --all --backup ";
  CHECK(wiped.journal ==
        std::vector<std::string>{"begin /dev/sda", wipefs + "--no-act /dev/sda", "compare /dev/sda",
                                 wipefs + "/dev/sda", "keep /dev/sda",
                                 "/usr/sbin/wipefs --parsable /dev/sda", "end /save/fresh"});
}

TEST_CASE("a wipe that leaves a signature fails, whatever wipefs returns") {
  Wiped wiped;
  wiped.tools.left = "0x200,,,gpt\n";
  const StepOutcome outcome = wiped.run();
  CHECK(outcome.state == StepState::failed);
  CHECK(outcome.error == "wipefs left a signature: gpt at 0x200");
}

TEST_CASE("nothing is erased when the signatures cannot be saved as they are") {
  for (const char* wrong : {"begin", "compare"}) {
    Wiped wiped;
    wiped.backup.wrong = wrong;
    CHECK(wiped.run().state == StepState::failed);
    for (const std::string& line : wiped.journal)
      CHECK((line.find("wipefs") == std::string::npos || line.find("--no-act") != line.npos));
  }
}

TEST_CASE("a backup directory writable by others blocks before the run") {
  Wiped wiped;
  CHECK(untrusted_backups(wiped.steps(), wiped.host()).empty());
  wiped.backup.wrong = "trust";
  const auto blockers = untrusted_backups(wiped.steps(), wiped.host());
  REQUIRE(blockers.size() == 1);
  CHECK(blockers[0].code == "backup");
  CHECK(blockers[0].detail.find("others may write to it") != std::string::npos);
  CHECK(untrusted_backups({}, wiped.host()).empty());
}
