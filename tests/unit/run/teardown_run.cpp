#include "multipath/run/teardown_run.h"

#include <cerrno>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "multipath/discovery/unit_paths.h"
#include "multipath/holders/graph.h"
#include "multipath/run/still_in_use.h"
#include "multipath/teardown/execute_name_spaces.h"
#include "tests/support/memory_mount_namespaces.h"
#include "tests/support/vanishing_host.h"

using namespace multipath;
using tests::HolderWorld;
using tests::Loss;

namespace {

/// Programs that are all there, succeed, and do nothing but what the test gives them to do.
class IdleTools final : public ToolRunner {
 public:
  int status = 0;
  std::function<void()> effect = [] {};

  bool available(const std::string&) const override { return true; }
  ToolRun run(const std::vector<std::string>&, std::chrono::milliseconds) override {
    effect();
    ToolRun run;
    run.exit_status = status;
    return run;
  }
};

constexpr const char* root_line = "20 1 0:30 / / rw - tmpfs none rw\n";

/// sda, with what a test puts on it. Whoever claims it never lets go.
struct Stubborn {
  Stubborn() {
    world.device("sda");
    world.proc.file("swaps", "Filename Type Size Used Priority\n");
  }
  std::string mount_line(int id) const {
    return fmt::format("{} 20 {} / /mnt rw - ext4 /dev/sda rw\n", id,
                       to_string(world.number("sda")));
  }
  void mount_here() { world.process(100, "multipath", 1, root_line + mount_line(21)); }
  void mount_elsewhere(int pid, int name_space, int id) {
    world.process(pid, "user", name_space, root_line + mount_line(id));
    name_spaces.mountinfo[static_cast<std::uint64_t>(name_space)] = root_line + mount_line(id);
  }
  Host host() {
    Host host{world.sys,  world.proc,          world.dev, world.scsi,
              world.udev, world.device_mapper, tools,     world.clock};
    host.mount_namespaces = name_spaces;
    return host;
  }
  /// Plans while all is well, then carries out with that loss at that question. Gives how many
  /// questions were asked.
  std::size_t run(Loss loss, std::size_t at) {
    tests::VanishingHost vanishing(world, host());
    vanishing.claim(claimed);
    Host now = vanishing.host();
    TeardownOptions teardown_options;
    teardown_options.unmount = teardown_options.unmount_elsewhere = teardown_options.swap_off =
        true;
    const HolderGraph graph = discover_holders(now, {"sda"});
    const Teardown plan = plan_teardown(graph, teardown_options).value();
    REQUIRE_FALSE(plan.steps.empty());
    std::vector<Blocker> closed;
    TeardownManner manner{.timeout = std::chrono::milliseconds(1),
                          .name_spaces = open_name_spaces(graph, plan.steps, now, closed),
                          .teardown_options = teardown_options,
                          .watch = std::chrono::milliseconds(0),
                          .patience = std::chrono::milliseconds(0)};
    vanishing.lose(loss, at, ending_process);
    last = run_teardown(now, {graph, plan}, {}, std::move(manner));
    return vanishing.query_count();
  }

  HolderWorld world;
  IdleTools tools;
  tests::MemoryMountNamespaces name_spaces{world.proc};
  std::string claimed = "sda";
  std::string ending_process = "300";
  TeardownRun last;
};

/// Loses the observer at each question in each way. `make` makes the same world again and again.
void check_never_done(const std::function<void(Stubborn&)>& make) {
  std::size_t runs = 0;
  for (const Loss loss : tests::every_loss) {
    std::size_t discovery_options = 1;
    for (std::size_t at = 0; at <= discovery_options; ++at) {
      Stubborn world;
      make(world);
      discovery_options = world.run(loss, at);
      INFO("loss ", static_cast<int>(loss), " at question ", at);
      CHECK(world.last.end != TeardownEnd::clear);
      ++runs;
    }
  }
  CHECK(runs > 100);
}

}  // namespace

TEST_CASE("an ineffective unmount never succeeds, whatever is unreadable") {
  check_never_done([](Stubborn& world) { world.mount_here(); });
}

TEST_CASE("a failed unmount elsewhere never succeeds, whatever is unreadable") {
  check_never_done([](Stubborn& world) {
    world.mount_elsewhere(300, 7, 31);
    world.name_spaces.umount2 = [](const std::string&) {
      return std::error_code(EINVAL, std::generic_category());
    };
  });
}

TEST_CASE("a new namespace keeps the devices in use, whatever is unreadable") {
  check_never_done([](Stubborn& world) {
    world.mount_elsewhere(300, 7, 31);
    world.name_spaces.umount2 = [&world](const std::string&) {
      world.mount_elsewhere(301, 8, 41);
      return std::error_code();
    };
  });
}

TEST_CASE("a swap that stays never succeeds, whatever is unreadable") {
  check_never_done([](Stubborn& world) {
    world.world.proc.file("meminfo", "MemAvailable: 1000 kB\n");
    world.world.proc.file("swaps",
                          "Filename Type Size Used Priority\n"
                          "/dev/sda partition 100 5 -2\n/dev/other partition 100 0 -3\n");
  });
}

TEST_CASE("an array that stays never succeeds, whatever is unreadable") {
  check_never_done([](Stubborn& world) {
    world.world.device("md0", {"sda"}).attribute("md0", "md/level", "raid1");
    world.world.attribute("md0", "md/array_state", "active");
  });
}

TEST_CASE("the run succeeds if the devices are free") {
  Stubborn world;
  world.claimed = "";
  world.mount_here();
  world.tools.effect = [&] { world.world.process(100, "multipath", 1, root_line); };
  world.run(Loss::all_silent, static_cast<std::size_t>(-2));
  CHECK(world.last.end == TeardownEnd::clear);
  CHECK(world.last.left.empty());
}

TEST_CASE("remaining use after the last step gives status 4") {
  Stubborn world;
  world.mount_here();
  world.tools.effect = [&] { world.world.process(100, "multipath", 1, root_line); };
  world.run(Loss::all_silent, static_cast<std::size_t>(-2));
  CHECK(world.last.end == TeardownEnd::still_in_use);
  CHECK(world.last.result.succeeded());
  REQUIRE(world.last.left.size() == 1);
  CHECK(world.last.left[0].detail.find("sda has an unknown holder") != std::string::npos);
}

TEST_CASE("an open path without its map does not matter; a claim does") {
  HolderWorld world;
  world.device("sda").device("sdb").map("dm-0", "mpatha", "mpath-3600a", {"sda", "sdb"});
  const HolderGraph graph = discover_holders(world.host(), {"sda"});
  const FreedDevices freed = devices_to_free(world.host(), graph, {});
  CHECK(freed.bases.empty());
  CHECK(freed.paths == std::vector<std::string>{"sda", "sdb"});
  TeardownOptions keep;
  keep.keep_maps = true;
  CHECK(devices_to_free(world.host(), graph, keep).bases == std::vector<std::string>{"dm-0"});

  for (const char* path : {"sda", "sdb"}) world.sys.remove(world.folder(path) + "/holders/dm-0");
  world.sys.remove(world.folder("dm-0")).remove("class/block/dm-0");
  world.process(400, "multipathd", 1, root_line);
  world.proc.link("400/fd/3", "/dev/sda");
  CHECK(still_in_use(world.host(), freed, std::chrono::milliseconds(0)).empty());
  tests::VanishingHost vanishing(world, world.host());
  vanishing.claim("sdb");
  const auto left = still_in_use(vanishing.host(), freed, std::chrono::milliseconds(0));
  REQUIRE(left.size() == 1);
  CHECK(left[0].device == "sdb");
}

TEST_CASE("a dead disk is not an obstacle, a vanished one is") {
  HolderWorld world;
  world.device("sda");
  tests::VanishingHost vanishing(world, world.host());
  vanishing.lose(Loss::devices_refuse, 0, "");
  const FreedDevices freed{.bases = {"sda"}, .paths = {}, .teardown_options = {}};
  const auto look = [&] {
    return still_in_use(vanishing.host(), freed, std::chrono::milliseconds(0));
  };
  REQUIRE(look().size() == 1);
  CHECK(look()[0].code == "unverified");
  world.attribute("sda", "device/state", "offline");
  CHECK(look().empty());
  world.sys.remove(world.folder("sda")).remove("class/block/sda");
  REQUIRE(look().size() == 1);
  CHECK(look()[0].code == "unverified");
}

namespace {

/// A disk that refuses the first locks; then the process that has it open ends.
class LockedDevices final : public tests::FakeDeviceAccess {
 public:
  LockedDevices(HolderWorld& world, std::size_t refusals)
      : FakeDeviceAccess(world.sys, world.proc, world.dev), world_(world), refusals_(refusals) {}
  std::unique_ptr<Lock> lock_disk(const std::string& kname, std::string& holder) override {
    CHECK(kname == "sda");
    if (requests++ < refusals_) {
      holder = "process 7 (sfdisk)";
      return nullptr;
    }
    world_.proc.remove("7");
    return std::make_unique<Lock>();
  }
  std::size_t requests = 0;

 private:
  HolderWorld& world_;
  std::size_t refusals_;
};

struct LockedDisk {
  explicit LockedDisk(std::size_t refusals) : devices(stubborn.world, refusals) {
    stubborn.world.process(7, "sfdisk", 1, root_line);
  }
  std::vector<std::string> blockers() {
    Host host = stubborn.host();
    host.devices = devices;
    Notices notices;
    notices.finding = [&](const Finding& finding) { told.push_back(finding.text); };
    const auto plan = plan_teardown_after_locks(host, {"sda"}, {}, {}, notices);
    std::vector<std::string> codes;
    for (const Blocker& blocker : plan.value().teardown.blockers) codes.push_back(blocker.code);
    return codes;
  }
  Stubborn stubborn;
  LockedDevices devices;
  std::vector<std::string> told;
};

}  // namespace

TEST_CASE("a process that has a disk open and locked is waited for") {
  LockedDisk disk(3);
  disk.stubborn.world.proc.link("7/fd/3", "/dev/sda");
  CHECK(disk.blockers().empty());
  CHECK(disk.devices.requests == 4);
  CHECK(disk.told == std::vector<std::string>{"waiting: process 7 (sfdisk) has /dev/sda locked"});
}

TEST_CASE("a lock that stays is the first blocker") {
  LockedDisk disk(1'000'000);
  disk.stubborn.world.proc.link("7/fd/3", "/dev/sda");
  CHECK(disk.blockers() == std::vector<std::string>{"locked", "open"});
  CHECK(disk.told.size() == 1);
}

TEST_CASE("a disk that no process has open is not locked for a plan") {
  LockedDisk disk(1'000'000);
  CHECK(disk.blockers().empty());
  CHECK(disk.devices.requests == 0);
}
