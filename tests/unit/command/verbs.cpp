#include "multipath/command/verbs.h"

#include <algorithm>
#include <cctype>
#include <cerrno>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/support/command_run.h"
#include "tests/support/contains.h"
#include "tests/support/san.h"

using namespace multipath;
using tests::CommandRun;
using tests::contains;
using tests::FakeHost;
using tests::run_multipath;
using Words = std::vector<std::string>;
using Json = nlohmann::json;

namespace {

constexpr int done = 0, usage = 1, not_found = 2, busy = 3, partial_failure = 4, no_privilege = 9,
              no_device_mapper = 10;

const std::string first = tests::wwid_of_unit(1).text();
const std::string second = tests::wwid_of_unit(2).text();

/// Unit 1 has a map, "mpatha".
struct San : tests::San {
  San() { put_first(); }
};

}  // namespace

TEST_CASE("every verb has a unique name, a line in the help and a help text") {
  FakeHost world;
  std::vector<std::string> names;
  for (const VerbRow& verb : verbs()) {
    CAPTURE(verb.name);
    names.emplace_back(verb.name);
    CHECK(contains(verbs_help(), std::string("  ") + verb.name + " "));
    CHECK(find_verb(verb.name) == &verb);
    for (const char* option : {"--help", "-h"}) {
      const CommandRun help = run_multipath(world, {verb.name, option});
      CHECK(help.status == done);
      CHECK(help.out.starts_with(std::string("usage: multipath ") + verb.name));
      CHECK(help.err.empty());
    }
  }
  std::ranges::sort(names);
  CHECK(std::ranges::adjacent_find(names) == names.end());
  CHECK(find_verb("nosuch") == nullptr);
  CHECK(find_verb("") == nullptr);
}

TEST_CASE("the help of all verbs has one form") {
  FakeHost world;
  for (const VerbRow& verb : verbs()) {
    CAPTURE(verb.name);
    const std::string name = verb.name;
    const std::string help = run_multipath(world, {name, "--help"}).out;
    CHECK(help.starts_with("usage: multipath " + name + " [OPTION...] " + verb.arguments + "\n\n" +
                           verb.purpose + "\n\noptions:\n  -h [ --help ] "));
    CHECK(help.find_first_of("\t\r") == std::string::npos);
    const std::string summary = verb.summary, purpose = verb.purpose;
    CHECK(std::islower(static_cast<unsigned char>(summary.front())) != 0);
    CHECK(summary.back() != '.');
    CHECK(summary.size() <= 57);  // a line of 80 columns
    CHECK(std::isupper(static_cast<unsigned char>(purpose.front())) != 0);
    CHECK(purpose.back() == '.');
  }
}

TEST_CASE("an unknown option of a verb is a usage error on standard error") {
  San world;
  for (const VerbRow& verb : verbs()) {
    CAPTURE(verb.name);
    const CommandRun run = run_multipath(world, {verb.name, "--nosuch"});
    CHECK(run.status == usage);
    CHECK(run.out.empty());
    CHECK(contains(run.err, std::string("`multipath ") + verb.name + " --help`"));
  }
}

TEST_CASE(
    "a verb that requires root does nothing without it, and a wrong command line comes first") {
  for (const VerbRow& verb : verbs()) {
    if (!verb.requirements.root) continue;
    CAPTURE(verb.name);
    San world;
    Words words{verb.name};
    if (verb.name == std::string("queue")) words = {"queue", "on", "mpatha"};
    if (verb.name == std::string("event")) words = {"event", "add", "8:0"};
    if (verb.name == std::string("switchgroup")) words = {"switchgroup", "mpatha", "1"};
    while (words.size() - 1 < std::max<std::size_t>(verb.count.least, 1))
      words.emplace_back("mpatha");
    const CommandRun run = run_multipath(world, words, tests::User::other);
    CHECK(run.status == no_privilege);
    CHECK(run.err == std::string("multipath ") + verb.name + ": requires root privilege\n");
    CHECK(run.out.empty());
    CHECK(world.device_mapper.journal().empty());
    CHECK(run_multipath(world, {verb.name, "--nosuch"}, tests::User::other).status == usage);
    CHECK(run_multipath(world, {verb.name, "--help"}, tests::User::other).status == done);
  }
}

TEST_CASE("too few and too many arguments are wrong usage, and what is expected is reported") {
  San world;
  for (const VerbRow& verb : verbs()) {
    CAPTURE(verb.name);
    const std::string expected = std::string("argument; expected ") + verb.arguments;
    if (verb.count.least > 0) {
      const CommandRun run = run_multipath(world, {verb.name});
      CHECK(run.status == usage);
      CHECK(contains(run.err, "missing " + expected));
    }
    if (verb.count.most != ArgumentCount::any) {
      const CommandRun run =
          run_multipath(world, Words(verb.count.most + 2, std::string(verb.name)));
      CHECK(run.status == usage);
      CHECK(contains(run.err, std::string("too many arguments; expected ") + verb.arguments));
    }
  }
  CHECK(world.device_mapper.journal().empty());
}

TEST_CASE("an option that a subject of show does not take is wrong usage") {
  San world;
  for (const Words& words : {Words{"show", "config", "--raw", "--format", "%n"},
                             {"show", "config", "--no-io"},
                             {"show", "config", "--deadline", "5"},
                             {"show", "config", "sda"},
                             {"show", "paths", "--no-io"},
                             {"show", "maps", "--origin"},
                             {"show", "wildcards", "--present"}}) {
    const CommandRun run = run_multipath(world, words);
    CHECK(run.status == usage);
    CHECK(run.out.empty());
    CHECK(contains(run.err, "`show " + words[1] + "` does not take "));
  }
  CHECK(run_multipath(world, {"show", "--json", "config"}).status == done);
  CHECK(contains(run_multipath(world, {"show", "nonsense"}).err,
                 "unknown subject 'nonsense'; expected maps, paths, config, metrics or wildcards"));
}

TEST_CASE("show requires a subject: maps or paths") {
  San world;
  CHECK(run_multipath(world, {"show"}).status == usage);
  CHECK(run_multipath(world, {"show", "nonsense"}).status == usage);
}

TEST_CASE("show maps lists maps as -ll does, and with --no-io as -l") {
  San world;
  CHECK(run_multipath(world, {"show", "maps"}).out == run_multipath(world, {"-ll"}).out);
  const CommandRun recalled = run_multipath(world, {"show", "maps", "--no-io"});
  CHECK(recalled.out == run_multipath(world, {"-l"}).out);
  CHECK(recalled.status == done);
}

TEST_CASE("show reports each unknown name and shows the others") {
  San world;
  for (const char* what : {"maps", "paths"}) {
    CAPTURE(what);
    const CommandRun none = run_multipath(world, {"show", what, "nosuch"});
    CHECK(none.status == not_found);
    CHECK(contains(none.err, "nosuch"));
    const std::string there = std::string(what) == "maps" ? "mpatha" : "sda";
    const CommandRun one = run_multipath(world, {"show", what, there, "nosuch"});
    CHECK(one.status == not_found);
    CHECK(contains(one.out, there));
    CHECK(contains(one.err, "nosuch"));
    CHECK_FALSE(contains(one.err, there));
  }
  CHECK(run_multipath(world, {"show", "paths", "/dev/nosuch"}).status == not_found);
}

TEST_CASE("show maps succeeds without any map") {
  FakeHost world;
  const CommandRun run = run_multipath(world, {"show", "maps"});
  CHECK(run.status == done);
  CHECK(run.out.empty());
}

TEST_CASE("show paths works without device-mapper") {
  San world;
  world.device_mapper.inject({.verb = "list", .error = ENODEV});
  const CommandRun run = run_multipath(world, {"show", "paths"});
  CHECK(run.status == done);
  CHECK(contains(run.out, "sdd"));
}

TEST_CASE("plan prints what apply would do and does nothing") {
  San world;
  const CommandRun run = run_multipath(world, {"plan"});
  CHECK(run.status == done);
  CHECK(contains(run.out, "create  " + second + "  2 paths with this WWID and no map\n"));
  CHECK(contains(run.out, "        table: 0 2048 multipath 0 0 2 1 service-time"));
  CHECK(world.device_mapper.journal().empty());
}

TEST_CASE("plan works without device-mapper, apply reports that it is missing") {
  San world;
  for (const char* verb : {"driver_version", "list"})
    world.device_mapper.inject({.verb = verb, .error = ENODEV});
  const CommandRun plan = run_multipath(world, {"plan"});
  CHECK(plan.status == done);
  CHECK(contains(plan.out, "create  "));
  const CommandRun apply = run_multipath(world, {"apply"});
  CHECK(apply.status == no_device_mapper);
  CHECK(apply.out.empty());
}

TEST_CASE("plan and apply report unknown names") {
  San world;
  for (const char* verb : {"plan", "apply"}) {
    const CommandRun word = run_multipath(world, {verb, "nosuch"});
    CHECK(word.status == not_found);
    CHECK(contains(word.err, "nosuch"));
    CHECK(run_multipath(world, {verb, "/dev/nosuch"}).status == not_found);
    const CommandRun two = run_multipath(world, {verb, "sda", "nosuch"});
    CHECK(two.status == not_found);
    CHECK(contains(two.err, "nosuch"));
  }
  CHECK(world.device_mapper.find(second) == nullptr);
}

TEST_CASE("apply creates the maps; a second run changes nothing") {
  San world;
  const CommandRun run = run_multipath(world, {"apply"});
  CHECK(run.status == done);
  CHECK(world.device_mapper.find(second));
  const auto writes = world.device_mapper.journal().size();
  CHECK(run_multipath(world, {"apply"}).status == done);
  CHECK(world.device_mapper.journal().size() == writes);
}

TEST_CASE("apply with a failed or rejected map is a partial failure") {
  San world;
  world.device_mapper.inject({.verb = "create", .map = second, .error = ENOMEM});
  const CommandRun run = run_multipath(world, {"apply"});
  CHECK(run.status == partial_failure);
  CHECK(contains(run.out, "        failed: cannot create map " + second));
  San other;
  other.add_path("sde", "3:0:0:2", 2, {.size_sectors = 4096});
  CHECK(run_multipath(other, {"apply"}).status == partial_failure);
  CHECK_FALSE(other.device_mapper.find(second));
}

TEST_CASE("flush removes the named maps") {
  San world;
  world.put_second();
  const CommandRun run = run_multipath(world, {"flush", "mpatha"});
  CHECK(run.status == done);
  CHECK(run.out == "flushed  mpatha\n");
  CHECK_FALSE(world.device_mapper.find("mpatha"));
  CHECK(world.device_mapper.find("mpathb"));
  world.put_map("mpatha", 1, "0 0 1 1 service-time 0 1 1 8:0 1");
  CHECK(run_multipath(world, {"flush", "--all"}).status == done);
  CHECK(world.device_mapper.list().empty());
}

TEST_CASE("flush of maps in use is busy, or a partial failure") {
  San world;
  world.put_second();
  world.device_mapper.set_open_count("mpatha", 1);
  const CommandRun one = run_multipath(world, {"flush", "mpatha"});
  CHECK(one.status == busy);
  CHECK(contains(one.out, "busy     mpatha  open 1 time"));
  CHECK(run_multipath(world, {"flush", "--all"}).status == partial_failure);
  CHECK(world.device_mapper.find("mpatha"));
  CHECK_FALSE(world.device_mapper.find("mpathb"));
}

TEST_CASE("flush reports each unknown name and flushes the others") {
  San world;
  CHECK(run_multipath(world, {"flush", "nosuch"}).status == not_found);
  const CommandRun run = run_multipath(world, {"flush", "mpatha", "nosuch"});
  CHECK(run.status == not_found);
  CHECK(contains(run.err, "nosuch"));
  CHECK_FALSE(contains(run.err, "mpatha"));
  CHECK_FALSE(world.device_mapper.find("mpatha"));
}

TEST_CASE("flush by name ignores other maps with a path of that name") {
  San world;
  world.put_map("sda", 2, "0 0 1 1 service-time 0 1 1 8:32 1");
  CHECK(run_multipath(world, {"flush", "sda"}).status == done);
  CHECK_FALSE(world.device_mapper.find("sda"));
  CHECK(world.device_mapper.find("mpatha"));
}

TEST_CASE("flush requires either maps or --all") {
  San world;
  CHECK(run_multipath(world, {"flush"}).status == usage);
  CHECK(run_multipath(world, {"flush", "--all", "mpatha"}).status == usage);
  CHECK(world.device_mapper.journal().empty());
}

TEST_CASE("without permission for device-mapper the message asks for root") {
  for (const Words& words : {Words{"apply"}, {"flush", "mpatha"}, {"show", "maps"}}) {
    San world;
    for (const char* verb : {"driver_version", "list"})
      world.device_mapper.inject({.verb = verb, .error = EACCES});
    const CommandRun run = run_multipath(world, words);
    CHECK(run.status == no_privilege);
    CHECK(contains(run.err, "run the command as root"));
    CHECK(run.out.empty());
  }
}

TEST_CASE("all JSON of the verbs is valid") {
  San world;
  const auto json = [&](const Words& words) {
    const CommandRun run = run_multipath(world, words);
    const Json parsed = Json::parse(run.out);
    CHECK(parsed["schema_version"] == 1);
    return parsed;
  };
  CHECK(json({"show", "maps", "--json"})["maps"].size() == 1);
  CHECK(json({"show", "paths", "--json"})["paths"].size() == 4);
  CHECK(json({"plan", "--json"})["actions"].size() == 2);
  CHECK(json({"apply", "--json"})["actions"].size() == 2);
  CHECK(json({"flush", "--json", first})["flushed"][0]["name"] == first);
}

TEST_CASE("no control byte of a verb's arguments reaches the terminal") {
  San world;
  for (const Words& words : {Words{"plan", "\x1b[31m"},
                             {"apply", "\x1b[31m"},
                             {"flush", "\x1b[31m"},
                             {"show", "\x1b[31m"},
                             {"show", "maps", "\x1b[31m"},
                             {"show", "paths", "\x1b[31m"},
                             {"plan", "/dev/\x1b[31m"},
                             {"plan", "--\x1b[31m"}}) {
    const CommandRun run = run_multipath(world, words);
    for (const std::string& text : {run.out, run.err}) {
      CHECK(std::ranges::none_of(
          text, [](char c) { return static_cast<unsigned char>(c) < ' ' && c != '\n'; }));
    }
  }
}

TEST_CASE("show paths --format gives a line for each path, with its map") {
  San world;
  const CommandRun run = run_multipath(world, {"show", "paths", "--format", "%d %m %P", "--raw"});
  CHECK(run.status == done);
  CHECK(run.out ==
        "sda mpatha scsi:unspec\nsdb mpatha scsi:unspec\nsdc [orphan] scsi:unspec\n"
        "sdd [orphan] scsi:unspec\n");
  const CommandRun one = run_multipath(world, {"show", "paths", "--format", "%d %a", "sdb"});
  CHECK(one.out == "dev host adapter\nsdb 0000:00:05.0\n");
}

TEST_CASE("a missing path group is reported with the number of groups") {
  San world;
  world.put_first();
  const CommandRun run = run_multipath(world, {"switchgroup", "mpatha", "9"});
  CHECK(run.status == usage);
  CHECK(contains(run.err, "mpatha has 2 path groups and no group 9"));
}

TEST_CASE("show maps --format gives a line for each map, with its settings") {
  San world;
  world.state_files.files["/etc/multipath.conf"] =
      "defaults {\n no_path_retry 12\n failback immediate\n}\n";
  for (const Words& more : {Words{}, Words{"--no-io"}}) {
    Words words{"show", "maps", "--raw", "--format", "%n %w %N %Q %F"};
    words.insert(words.end(), more.begin(), more.end());
    CHECK(run_multipath(world, words).out == "mpatha " + first + " 2 off immediate\n");
  }
  world.device_mapper.message("mpatha", 0, "queue_if_no_path");
  CHECK(run_multipath(world, {"show", "maps", "--raw", "--format", "%n %Q"}).out ==
        "mpatha 12 chk\n");
}

TEST_CASE("an invalid format is a usage error before any query") {
  San world;
  const CommandRun run = run_multipath(world, {"show", "paths", "--format", "%W"});
  CHECK(run.status == usage);
  CHECK(run.out.empty());
  CHECK(contains(run.err, "unknown wildcard %W; did you mean %w (uuid)?"));
  for (const Words& words : {Words{"show", "paths", "--raw"},
                             {"show", "metrics", "--format", "%w"},
                             {"show", "metrics", "--json"},
                             {"show", "maps", "--format", "%n", "--json"},
                             {"show", "metrics", "sda"},
                             {"show", "wildcards", "sda"}}) {
    CHECK(run_multipath(world, words).status == usage);
  }
  for (const auto& [node, unit] : world.scsi.units) CHECK(unit.journal.empty());
}

TEST_CASE("show wildcards lists those of maps and of paths") {
  FakeHost world;
  const CommandRun run = run_multipath(world, {"show", "wildcards"});
  CHECK(run.status == done);
  CHECK(contains(run.out, "maps:\n%n  name\n"));
  CHECK(contains(run.out, "\npaths:\n%w  uuid\n"));
}

TEST_CASE("show metrics prints only metrics and changes nothing") {
  San world;
  const CommandRun run = run_multipath(world, {"show", "metrics"});
  CHECK(run.status == done);
  CHECK(run.out.starts_with("# HELP multipath_paths "));
  CHECK(contains(run.out, "\nmultipath_maps 1\n"));
  CHECK(contains(run.out, "\nmultipath_plan_actions{action=\"create\"} 1\n"));
  CHECK(run.err.empty());
  CHECK(world.device_mapper.journal().empty());
}

TEST_CASE("queue --all sets every map even if one fails") {
  San world;
  world.put_second();
  CHECK(run_multipath(world, {"queue", "off", "--all"}).status == done);
  CHECK(world.device_mapper.journal() ==
        Words{"message mpatha 0 fail_if_no_path", "message mpathb 0 fail_if_no_path"});
  world.device_mapper.inject({.verb = "message", .map = "mpatha", .error = EIO});
  const CommandRun run = run_multipath(world, {"queue", "on", "--all"});
  CHECK(run.status == partial_failure);
  CHECK(contains(run.err, "mpatha"));
  CHECK(world.device_mapper.journal().back() == "message mpathb 0 queue_if_no_path");
}

TEST_CASE("queue requires on or off, and a map or --all") {
  San world;
  for (const Words& words : {Words{"queue"},
                             {"queue", "off"},
                             {"queue", "--all"},
                             {"queue", "off", "mpatha", "--all"},
                             {"queue", "perhaps", "mpatha"}}) {
    CHECK(run_multipath(world, words).status == usage);
  }
  CHECK(world.device_mapper.journal().empty());
}
