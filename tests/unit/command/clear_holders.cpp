#include <sstream>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "multipath/command/options.h"
#include "multipath/command/verbs.h"
#include "multipath/discovery/unit_paths.h"
#include "multipath/run/disk_locks.h"
#include "multipath/run/targets.h"
#include "tests/support/holder_world.h"

using namespace multipath;
using tests::HolderWorld;

namespace {

/// A world with a command's streams.
struct Shell {
  Shell() { world.device("sda").map("dm-0", "plain", "part1-x", {"sda"}); }

  ExitStatus run(const std::string& verb, const std::vector<std::string>& words) {
    Host host = world.host();
    Context context{host, out, err, Style::plain, Style::plain, is_root, &in, on_paper};
    return run_verb(context, *find_verb(verb), words);
  }

  HolderWorld world;
  std::ostringstream out, err;
  std::istringstream in;
  bool is_root = true;
  bool on_paper = false;
};

}  // namespace

TEST_CASE("clear-holders without devices or with conflicting options is a usage error") {
  Shell shell;
  CHECK(shell.run("clear-holders", {}) == ExitStatus::usage);
  CHECK(shell.run("clear-holders", {"--start-deps", "--dry-run", "sda"}) == ExitStatus::usage);
  CHECK(shell.run("clear-holders", {"--timeout", "x", "sda"}) == ExitStatus::usage);
  CHECK(shell.run("holders", {}) == ExitStatus::usage);
  CHECK(shell.world.tools.journal.empty());
}

TEST_CASE("an unknown device gives exit status 2") {
  Shell shell;
  CHECK(shell.run("clear-holders", {"sdx"}) == ExitStatus::not_found);
  CHECK(shell.run("holders", {"sda", "sdx"}) == ExitStatus::not_found);
  CHECK(shell.out.str().empty());
}

TEST_CASE("a dry run plans and changes nothing") {
  Shell shell;
  CHECK(shell.run("clear-holders", {"--dry-run", "sda"}) == ExitStatus::done);
  CHECK(shell.out.str().find("dmsetup remove plain") != std::string::npos);
  CHECK(shell.world.tools.journal.empty());
  CHECK(shell.world.device_mapper.journal().empty());
}

TEST_CASE("a capture is not torn down: the plan is shown as a dry run") {
  Shell shell;
  shell.on_paper = true;
  CHECK(shell.run("clear-holders", {"--yes", "sda"}) == ExitStatus::done);
  CHECK(shell.out.str().find("dmsetup remove plain") != std::string::npos);
  CHECK(shell.err.str().find("a captured host is not changed") != std::string::npos);
  CHECK(shell.err.str().find("would: dmsetup remove plain\n") != std::string::npos);
  CHECK(shell.world.tools.journal.empty());
  CHECK(shell.world.device_mapper.journal().empty());
  CHECK(shell.run("clear-holders", {"--start-deps"}) == ExitStatus::usage);
}

TEST_CASE("holders are examined again after the confirmation") {
  /// Says yes, and has something mounted before.
  class Answer final : public std::streambuf {
   public:
    explicit Answer(HolderWorld& world) : world_(world) {}

   private:
    int_type underflow() override {
      world_.process(100, "multipath", 1,
                     "21 1 " + to_string(world_.number("dm-0")) + " / /srv rw - ext4 x rw\n");
      if (gptr() != nullptr) return traits_type::eof();
      setg(text_.data(), text_.data(), text_.data() + text_.size());
      return traits_type::to_int_type(text_.front());
    }
    HolderWorld& world_;
    std::string text_ = "yes\n";
  };
  Shell shell;
  Answer answer(shell.world);
  std::istream in(&answer);
  Host host = shell.world.host();
  Context context{host, shell.out, shell.err, Style::plain, Style::plain, true, &in};
  CHECK(run_verb(context, *find_verb("clear-holders"), {"sda"}) == ExitStatus::busy);
  CHECK(shell.err.str().find("is mounted on /srv") != std::string::npos);
  CHECK(shell.world.device_mapper.journal().empty());
}

TEST_CASE("the disks of a map's paths, of a disk and of a partition are locked") {
  HolderWorld world;
  world.device("sda").device("sdb").device("sdc").device("sdd");
  world.partition("sdd", "sdd1").partition("sdd", "sdd2");
  world.map("dm-0", "mpatha", "mpath-3600a", {"sda", "sdb"}).device("md0", {"dm-0"});
  world.attribute("md0", "md/level", "raid1");
  const HolderGraph graph = discover_holders(world.host(), {"dm-0", "sdc", "sdd1", "sdd2"});
  CHECK(disks_of_bases(world.sys, graph) == std::vector<std::string>{"sda", "sdb", "sdc", "sdd"});
  CHECK(disks_of_bases(world.sys, discover_holders(world.host(), {"md0"})).empty());
}

TEST_CASE("for a map in bcache the paths are locked, not the set's devices") {
  HolderWorld world;
  world.device("sda").device("sdb").map("dm-0", "mpatha", "mpath-3600a", {"sda"});
  world.map("dm-1", "mpathb", "mpath-3600b", {"sdb"}).device("bcache0", {"dm-0", "dm-1"});
  world.sys.folder(world.folder("dm-0") + "/bcache");
  world.sys.link(world.folder("dm-0") + "/bcache/cache", "/fs/bcache/uuid");
  world.sys.link("fs/bcache/uuid/bdev0", "/" + world.folder("dm-0") + "/bcache");
  world.sys.link("fs/bcache/uuid/cache0", "/" + world.folder("dm-1") + "/bcache");
  const HolderGraph graph = discover_holders(world.host(), {"dm-0"});
  CHECK(disks_of_bases(world.sys, graph) == std::vector<std::string>{"sda"});
}

TEST_CASE("starting creates maps, then arrays, then groups, silently on stdout") {
  Shell shell;
  for (const char* tool : {"/usr/sbin/mdadm", "/usr/sbin/vgchange", "/usr/bin/udevadm"})
    shell.world.tools.runs[{tool}] = {};
  CHECK(shell.run("clear-holders", {"--start-deps"}) == ExitStatus::done);
  const std::string text = shell.err.str();
  const auto maps = text.find("started: multipath apply");
  const auto arrays = text.find("started: mdadm --assemble --scan");
  const auto groups = text.find("started: vgchange -ay");
  CHECK(maps < arrays);
  CHECK(arrays < groups);
  CHECK(groups != std::string::npos);
  CHECK(shell.out.str().empty());
}

TEST_CASE("a missing or wrong answer means no") {
  Shell shell;
  CHECK(shell.run("clear-holders", {"sda"}) == ExitStatus::declined);
  shell.in.str("y\n");
  shell.in.clear();
  CHECK(shell.run("clear-holders", {"sda"}) == ExitStatus::declined);
  CHECK(shell.world.device_mapper.journal().empty());
}

TEST_CASE("without root the plan is shown but not run") {
  Shell shell;
  shell.is_root = false;
  CHECK(shell.run("clear-holders", {"--yes", "sda"}) == ExitStatus::no_privilege);
  CHECK(shell.out.str().find("map remove plain") != std::string::npos);
}

TEST_CASE("a blocker gives status 3 and a message, a protected device status 5") {
  Shell shell;
  shell.world.process(
      100, "multipath", 1,
      "21 1 " + to_string(shell.world.number("dm-0")) + " / /srv rw - ext4 /dev/dm-0 rw\n");
  CHECK(shell.run("clear-holders", {"--yes", "sda"}) == ExitStatus::busy);
  CHECK(shell.err.str().find("BLOCKED (nothing was changed)") != std::string::npos);
  shell.world.process(
      100, "multipath", 1,
      "21 1 " + to_string(shell.world.number("dm-0")) + " / /usr rw - ext4 /dev/dm-0 rw\n");
  CHECK(shell.run("clear-holders", {"--yes", "--umount", "sda"}) == ExitStatus::protected_stack);
}

TEST_CASE("--check gives 0 for a free disk, 3 and the tree for a used one") {
  Shell shell;
  shell.world.device("sdb");
  CHECK(shell.run("clear-holders", {"--check", "sdb"}) == ExitStatus::done);
  CHECK(shell.out.str().empty());
  CHECK(shell.run("clear-holders", {"--check", "sda"}) == ExitStatus::busy);
  CHECK(shell.out.str().find("`-- dm-0 plain") != std::string::npos);
}

TEST_CASE("entries of the plan in JSON have device, dev_type and level") {
  Shell shell;
  CHECK(shell.run("clear-holders", {"--dry-run", "--json", "sda"}) == ExitStatus::done);
  const std::string text = shell.out.str();
  for (const char* part : {"\"device\": \"/sys/class/block/dm-0\"", "\"dev_type\": \"partition\"",
                           "\"level\": 1", "\"result\": \"planned\"", "\"blockers\": []"})
    CHECK(text.find(part) != std::string::npos);
}

TEST_CASE("direct holders are listed by kernel name") {
  Shell shell;
  CHECK(shell.run("holders", {"--list", "sda"}) == ExitStatus::done);
  CHECK(shell.out.str() == "dm-0\n");
}

TEST_CASE("a target can be named in every form") {
  Shell shell;
  shell.world.map("dm-1", "mpatha", "mpath-3600a", {});
  shell.world.dev.link("disk/by-id/wwn-1", "../../dm-1");
  const Host host = shell.world.host();
  for (const char* word : {"dm-1", "/dev/dm-1", "/dev/mapper/mpatha", "mpatha", "3600a",
                           "/sys/class/block/dm-1", "/sys/block/dm-1/", "/dev/disk/by-id/wwn-1"})
    CHECK(find_kname(host, word) == "dm-1");
  CHECK(find_kname(host, to_string(shell.world.number("dm-1"))) == "dm-1");
  for (const char* word : {"", "/dev/", "/sys/class/block/", "..", "/dev/../sda", "1:999"})
    CHECK_FALSE(find_kname(host, word).has_value());
}

TEST_CASE("clear-holders --json prints a plan that was declined") {
  Shell shell;
  CHECK(shell.run("clear-holders", {"sda", "--json"}) == ExitStatus::declined);
  const auto plan = nlohmann::json::parse(shell.out.str());
  CHECK(plan["result"] == "declined");
  CHECK(plan["steps"].size() == 1);
  CHECK(shell.world.device_mapper.journal().empty());
}
