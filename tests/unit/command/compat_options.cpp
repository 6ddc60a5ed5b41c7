#include <algorithm>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "multipath/command/compat/command_line.h"
#include "tests/support/command_run.h"
#include "tests/support/contains.h"
#include "tests/support/san.h"

using namespace multipath;
using tests::CommandRun;
using tests::contains;
using tests::run_multipath;
using tests::San;
using Words = std::vector<std::string>;

namespace {

/// The long options that `multipath --help` lists.
std::vector<std::string> long_options() {
  std::vector<std::string> names;
  std::istringstream help(compat_help());
  for (std::string line; std::getline(help, line) && line != "verbs (multipath VERB --help):";) {
    const auto begin = line.find_first_not_of(' ');
    if (begin == std::string::npos || line.compare(begin, 2, "--") != 0) continue;
    names.push_back(line.substr(begin, line.find_first_of(" =", begin) - begin));
  }
  return names;
}

void check_rejected(const Words& words, const std::string& text) {
  CAPTURE(words);
  San world;
  world.put_maps();
  const CommandRun run = run_multipath(world, words);
  CHECK(run.status == 1);
  CHECK(run.out.empty());
  CHECK(run.err.starts_with("multipath-tools v0."));
  CHECK(run.err.ends_with("\nmultipath: " + text + "; see `multipath --help`\n"));
  CHECK(std::ranges::count(run.err, '\n') == 3);
  CHECK(world.device_mapper.journal().empty());
  CHECK(world.state_files.files.empty());
}

}  // namespace

TEST_CASE("an option that only qualifies another job changes nothing by itself") {
  // How an option alone is taken: as one of the job that creates maps, or not at all.
  const std::map<std::string, Words> creating{{"--json", {"--json"}},
                                              {"--deadline", {"--deadline", "5"}},
                                              {"--whitelist", {"--whitelist", "strict"}},
                                              {"--allow-unlisted", {"--allow-unlisted"}},
                                              {"--last-good", {"--last-good"}}};
  const std::vector<std::string> qualifying{"--origin", "--at-boot"};
  // --host never reaches this parser.
  const std::vector<std::string> informing{"--help", "--version", "--host"};
  const auto names = long_options();
  CHECK(names.size() == creating.size() + qualifying.size() + informing.size());
  for (const std::string& name : names) {
    CAPTURE(name);
    San world;
    if (const auto found = creating.find(name); found != creating.end()) {
      CHECK(run_multipath(world, found->second).status == 0);
      CHECK_FALSE(world.device_mapper.journal().empty());
    } else if (std::ranges::find(qualifying, name) != qualifying.end()) {
      CHECK(run_multipath(world, {name}).status == 1);
      CHECK(world.device_mapper.journal().empty());
    } else {
      CHECK(std::ranges::find(informing, name) != informing.end());
    }
  }
}

TEST_CASE("an option is rejected without the job that it belongs to") {
  check_rejected({"--origin"}, "--origin requires -t or -T");
  check_rejected({"--origin", "-ll"}, "--origin requires -t or -T");
  check_rejected({"--at-boot"}, "--at-boot requires -u");
  check_rejected({"-c", "--at-boot", "/dev/sda"}, "--at-boot requires -u");
}

TEST_CASE("two jobs are rejected, in any order") {
  const std::vector<std::string> jobs{"-l", "-f", "-F", "-t", "-T", "-a",
                                      "-w", "-W", "-c", "-u", "-C", "-U"};
  for (const std::string& one : jobs) {
    for (const std::string& other : jobs) {
      if (one == other) continue;
      const bool in_order = std::ranges::find(jobs, one) < std::ranges::find(jobs, other);
      check_rejected(
          {one, other, "mpatha"},
          (in_order ? one + " and " + other : other + " and " + one) + " cannot be combined");
    }
  }
  check_rejected({"-ll", "-f", "mpatha"}, "-l and -f cannot be combined");
  San world;
  world.put_maps();
  const CommandRun both = run_multipath(world, {"-l", "-ll"});
  CHECK(both.status == 0);
  CHECK(both.out == run_multipath(world, {"-ll"}).out);
}

TEST_CASE("a dry run of a job that writes is rejected, that of a listing is a listing") {
  for (const Words& words :
       {Words{"-d", "-f", "mpatha"}, {"-dF"}, {"-a", "-d", "sda"}, {"-w", "sda", "-d"}, {"-dW"}}) {
    San world;
    world.put_maps();
    const CommandRun run = run_multipath(world, words);
    CHECK(run.status == 1);
    CHECK(contains(run.err, "has no dry run; see"));
    CHECK(world.device_mapper.journal().empty());
    CHECK(world.state_files.files.empty());
  }
  San world;
  world.put_maps();
  CHECK(run_multipath(world, {"-v1", "-d", "-l"}).out == "mpatha\nmpathb\n");
}

TEST_CASE("every job rejects the number of arguments that it does not take") {
  check_rejected({"-f"}, "-f requires one map");
  check_rejected({"-f", "mpatha", "mpathb"},
                 "-f requires one map; `multipath flush` removes several");
  check_rejected({"-F", "mpatha"}, "-F takes no argument, not 'mpatha'");
  check_rejected({"-W", "mpatha"}, "-W takes no argument, not 'mpatha'");
  for (const std::string option : {"-a", "-w"}) {
    check_rejected({option}, option + " requires one device, map or WWID");
    check_rejected({option, "sda", "sdb"}, option + " requires one device, map or WWID");
  }
  for (const std::string option : {"-c", "-u"}) {
    check_rejected({option}, option + " requires one device");
    check_rejected({option, "/dev/sda", "/dev/sdb"}, option + " requires one device");
  }
  for (const std::string option : {"-C", "-U"}) {
    check_rejected({option}, option + " requires one map");
    check_rejected({option, "mpatha", "mpathb"}, option + " requires one map");
  }
}

TEST_CASE("a wrong option is reported in one line, as it was typed") {
  check_rejected({"-k"}, "unknown option '-k'");
  check_rejected({"-ll", "-k"}, "unknown option '-k'");
  check_rejected({"--nosuch"}, "unknown option '--nosuch'");
  check_rejected({"--jsn"}, "unknown option '--jsn' (did you mean --json?)");
  check_rejected({"--v", "-l"}, "unknown option '--v'");
  check_rejected({"-v"}, "option '-v' requires a value");
  check_rejected({"-p"}, "option '-p' requires a value");
  check_rejected({"--deadline"}, "option '--deadline' requires a value");
  check_rejected({"--json=yes"}, "option '--json' does not take a value");
  check_rejected({"-v", "x"}, "-v requires a level from 0 to 3, not 'x'");
}

TEST_CASE("-c takes a node, and says which") {
  San world;
  const CommandRun run = run_multipath(world, {"-c", "sda"});
  CHECK(run.status == 1);
  CHECK(
      run.err ==
      "multipath: -c requires the path of a device node, not 'sda'; try `multipath -c /dev/sda`\n");
  CHECK(run_multipath(world, {"-c", "nosuch"}).err ==
        "multipath: -c requires the path of a device node, not 'nosuch'\n");
}
