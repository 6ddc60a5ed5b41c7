#include <algorithm>
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
using tests::San;
using tests::User;
using Words = std::vector<std::string>;
using Json = nlohmann::json;

namespace {

const std::string first = tests::wwid_of_unit(1).text();
const std::string second = tests::wwid_of_unit(2).text();

const std::string listing_of_first = "mpatha (" + first +
                                     ") dm-0 Linux,scsi_debug\n"
                                     "size=1.0M features='0' hwhandler='0' wp=rw\n"
                                     "|-+- policy='service-time 0' prio=1 status=enabled\n"
                                     "| `- 1:0:0:1 sda 8:0  active ready running\n"
                                     "`-+- policy='service-time 0' prio=1 status=enabled\n"
                                     "  `- 2:0:0:1 sdb 8:16 active ready running\n";

}  // namespace

TEST_CASE("without options, maps are created and shown, and only once") {
  San world;
  const CommandRun run = run_multipath(world, {});
  CHECK(run.status == 0);
  CHECK(run.out.starts_with("create: " + first + " undef Linux,scsi_debug\n"));
  CHECK(contains(run.out, "create: " + second));
  CHECK(run.err.empty());
  const auto writes = world.device_mapper.journal().size();
  const CommandRun again = run_multipath(world, {});
  CHECK(again.status == 0);
  CHECK(again.out.empty());
  CHECK(again.err.empty());
  CHECK(world.device_mapper.journal().size() == writes);
}

TEST_CASE("an argument limits a run to one unit") {
  for (const char* argument : {"/dev/sda", "8:16", "sdb"}) {
    San world;
    CHECK(run_multipath(world, {argument}).status == 0);
    CHECK(world.device_mapper.find(first));
    CHECK_FALSE(world.device_mapper.find(second));
  }
  San world;
  CHECK(run_multipath(world, {second}).status == 0);
  CHECK_FALSE(world.device_mapper.find(first));
  CHECK(world.device_mapper.find(second));
}

TEST_CASE("a missing node is not a valid argument") {
  for (const char* argument : {"/dev/nosuch", "8:224"}) {
    San world;
    const CommandRun run = run_multipath(world, {argument});
    CHECK(run.status == 1);
    CHECK(run.out.empty());
    CHECK(contains(run.err, std::string("'") + argument + "' is not a valid argument"));
    CHECK(world.device_mapper.journal().empty());
  }
}

TEST_CASE("without root nothing is queried, and a message says why") {
  San world;
  for (const Words& words : {Words{}, {"-ll"}, {"-d"}, {"-F"}}) {
    const CommandRun run = run_multipath(world, words, User::other);
    CHECK(run.status == 1);
    CHECK(run.out.empty());
    CHECK(run.err == "need to be root\n");
  }
  CHECK(world.commands_asked() == 0);
}

TEST_CASE("-h prints to standard error, --help and --version to standard output") {
  FakeHost world;
  const CommandRun letter = run_multipath(world, {"-h"}, User::other);
  CHECK(letter.out.empty());
  CHECK(letter.err.starts_with("multipath-tools v0."));
  CHECK(contains(letter.err, "usage: multipath"));
  const CommandRun word = run_multipath(world, {"--help"}, User::other);
  CHECK(word.status == 0);
  CHECK(word.err.empty());
  CHECK(word.out == letter.err);
  const CommandRun version = run_multipath(world, {"--version"}, User::other);
  CHECK(version.status == 0);
  CHECK(version.out.starts_with("multipath-tools v0."));
  CHECK(contains(version.out, "\nmultipath "));
}

TEST_CASE("a wrong command line prints the banner and where the help is on standard error") {
  San world;
  for (const Words& words : {Words{"-k"},
                             {"--nosuch"},
                             {"-v"},
                             {"-vx"},
                             {"-v", "-1"},
                             {"-p"},
                             {"-p", "nonsense"},
                             {"-R", "x"},
                             {"--deadline", "0"},
                             {"--json=yes"},
                             {"--allow"},
                             {"-ll", "-k"}}) {
    CAPTURE(words.front());
    const CommandRun run = run_multipath(world, words);
    CHECK(run.status == 1);
    CHECK(run.out.empty());
    CHECK(run.err.starts_with("multipath-tools v0."));
    CHECK(run.err.ends_with("; see `multipath --help`\n"));
    CHECK_FALSE(contains(run.err, "usage: multipath"));
  }
  CHECK(world.device_mapper.journal().empty());
}

TEST_CASE("-ll lists maps with path states, in any getopt spelling") {
  for (const Words& words : {Words{"-ll"},
                             {"-l", "-ll"},
                             {"-lld"},
                             {"-dll"},
                             {"-llv2"},
                             {"-v2", "-ll"},
                             {"-v2ll"},
                             {"-ll", "-v", "2"},
                             {"-d", "-v", "2", "-ll"},
                             {"-ll", "mpatha"},
                             {"mpatha", "-ll"},
                             {"-ll", "--", "mpatha"},
                             {"-ll", first},
                             {"-ll", "/dev/mapper/mpatha"},
                             {"-ll", "/dev/dm-0"},
                             {"-ll", "dm-0"},
                             {"-ll", "253:0"},
                             {"-ll", "sdb"},
                             {"-ll", "/dev/sda"}}) {
    San world;
    world.put_maps();
    CAPTURE(words.front());
    CAPTURE(words.back());
    const CommandRun run = run_multipath(world, words);
    CHECK(run.status == 0);
    CHECK(run.out.starts_with(listing_of_first));
    CHECK(run.err.empty());
    const bool has_argument =
        words.front() == "mpatha" || (!words.back().starts_with("-") && words.back() != "2");
    CHECK((run.out == listing_of_first) == has_argument);
    CHECK(world.device_mapper.journal().empty());
  }
}

TEST_CASE("-l lists maps without querying any path") {
  for (const Words& words : {Words{"-l"}, {"-dl"}, {"-l", "-v2"}, {"-ld"}, {"-d", "-l"}}) {
    San world;
    world.put_maps();
    const CommandRun run = run_multipath(world, words);
    CHECK(run.status == 0);
    CHECK(contains(run.out, "| `- 1:0:0:1 sda 8:0  active undef running\n"));
    CHECK(contains(run.out, " prio=0 status=enabled\n"));
    CHECK(run.err.empty());
    CHECK(world.commands_asked() == 0);
  }
}

TEST_CASE("an empty listing succeeds") {
  San world;
  for (const Words& words : {Words{"-l"}, {"-ll"}, {"-l", "nosuch"}, {"-ll", "nosuch"}}) {
    const CommandRun run = run_multipath(world, words);
    CHECK(run.status == 0);
    CHECK(run.out.empty());
    CHECK(run.err.empty());
  }
}

TEST_CASE("-v1 lists names, one a line, and nothing else") {
  San world;
  world.put_maps();
  for (const Words& words : {Words{"-l", "-v1"}, {"-ll", "-v1"}, {"-v1", "-d", "-l"}}) {
    const CommandRun run = run_multipath(world, words);
    CHECK(run.out == "mpatha\nmpathb\n");
    CHECK(run.err.empty());
  }
  CHECK(run_multipath(world, {"-v1", "-l", "/dev/sdc"}).out == "mpathb\n");
}

TEST_CASE("-v0 prints nothing on success") {
  San world;
  const CommandRun run = run_multipath(world, {"-v0"});
  CHECK(run.status == 0);
  CHECK(run.out.empty());
  CHECK(run.err.empty());
  CHECK(world.device_mapper.find(first));
}

TEST_CASE("-v3 puts the list of paths before the maps") {
  for (const Words& words :
       {Words{"-v3", "-ll"}, {"-v", "3", "-ll"}, {"-d", "-v3"}, {"-v6", "-ll"}}) {
    San world;
    world.put_maps();
    const CommandRun run = run_multipath(world, words);
    CHECK(run.status == 0);
    CHECK(run.out.starts_with("===== paths list =====\nuuid "));
    CHECK(contains(run.out, first + " 1:0:0:1 sda 8:0 "));
  }
}

TEST_CASE("a dead path does not spoil the listing; the reason is on stderr") {
  San world;
  world.put_maps();
  world.scsi.units.at("sg1").always = tests::not_delivered(scsi::Delivery::no_connection, 1);
  const CommandRun run = run_multipath(world, {"-ll", "mpatha"});
  CHECK(run.status == 0);
  CHECK(contains(run.out, "2:0:0:1 sdb 8:16 active faulty running\n"));
  CHECK(contains(run.err, "sdb: INQUIRY: no connection to the target\n"));
}

TEST_CASE("warnings go to standard error only") {
  San world;
  world.add_disk("sde", "3:0:0:0", {8, 64}, tests::fake_disk("ACME", "Disk", "1", {}));
  const CommandRun run = run_multipath(world, {"-v1"});
  CHECK(run.out == first + "\n" + second + "\n");
  CHECK(run.status == 0);
  CHECK(contains(run_multipath(world, {"-d"}).err, "sde: "));
}

TEST_CASE("-d prints what would be done and why, and does nothing") {
  San world;
  const CommandRun run = run_multipath(world, {"-d"});
  CHECK(run.status == 0);
  CHECK(run.out.starts_with("create: " + first + " undef Linux,scsi_debug\n"));
  CHECK(contains(run.err, first + ": create: 2 paths with this WWID and no map\n"));
  CHECK(world.device_mapper.journal().empty());
}

TEST_CASE("-d reports a correct map") {
  San world;
  run_multipath(world, {});
  const auto writes = world.device_mapper.journal().size();
  const CommandRun run = run_multipath(world, {"-d"});
  CHECK(run.status == 0);
  CHECK(run.out.empty());
  CHECK(contains(run.err, first + ": nothing: up to date\n"));
  CHECK(world.device_mapper.journal().size() == writes);
}

TEST_CASE("-r reloads correct maps") {
  San world;
  run_multipath(world, {});
  const CommandRun run = run_multipath(world, {"-r", first});
  CHECK(run.status == 0);
  CHECK(run.out.starts_with("reload: " + first + " "));
  const auto& journal = world.device_mapper.journal();
  CHECK(std::ranges::count_if(
            journal, [](const std::string& line) { return line.starts_with("load "); }) == 1);
}

TEST_CASE("-p groups the paths") {
  for (const Words& words : {Words{"-p", "multibus"}, {"-pmultibus"}}) {
    San world;
    CHECK(run_multipath(world, words).status == 0);
    CHECK(contains(world.device_mapper.journal().at(0), "1 1 service-time 0 2 1 8:0 1 8:16 1"));
  }
}

TEST_CASE("-i creates a map of one path, which is otherwise skipped") {
  FakeHost world;
  world.add_path("sda", "1:0:0:1", 1);
  CHECK(run_multipath(world, {}).status == 0);
  CHECK(world.device_mapper.journal().empty());
  CHECK(run_multipath(world, {"-i"}).status == 0);
  CHECK(world.device_mapper.find(first));
}

TEST_CASE("options that only the packaged tool needs are accepted") {
  San world;
  CHECK(run_multipath(world, {"-q", "-B", "-b", "/etc/multipath/bindings"}).status == 0);
  CHECK(world.device_mapper.find(first));
  for (const Words& words :
       {Words{"-e", "-ll"}, {"-ell"}, {"-De", "-ll"}, {"-M1", "-ll"}, {"-D", "-M", "3", "-ll"}}) {
    const CommandRun ran = run_multipath(world, words);
    CHECK(ran.status == 0);
    CHECK(contains(ran.out, first));
  }
}

TEST_CASE("-f silently flushes the named map, in any form") {
  for (const Words& words : {Words{"-f", "mpatha"},
                             {"-f", first},
                             {"-f", "/dev/mapper/mpatha"},
                             {"-f", "/dev/dm-0"},
                             {"-fR3", "mpatha"},
                             {"-R", "3", "-f", "mpatha"},
                             {"-v3", "-R3", "-f", "dm-0"},
                             {"mpatha", "-f"},
                             {"-f", "--", "mpatha"}}) {
    San world;
    world.put_maps();
    CAPTURE(words.back());
    const CommandRun run = run_multipath(world, words);
    CHECK(run.status == 0);
    CHECK(run.out.empty());
    CHECK(run.err.empty());
    CHECK_FALSE(world.device_mapper.find("mpatha"));
    CHECK(world.device_mapper.find("mpathb"));
  }
}

TEST_CASE("-f without a map or with an unknown map prints the expected words") {
  San world;
  world.put_maps();
  CHECK(run_multipath(world, {"-f"}).status == 1);
  for (const char* argument : {"nosuch", "/dev/mapper/nosuch", "/dev/nosuch"}) {
    const CommandRun run = run_multipath(world, {"-f", argument});
    CHECK(run.status == 1);
    CHECK(run.out.empty());
    CHECK(contains(run.err, std::string("'") + argument + "' is not a valid argument"));
  }
  CHECK(world.device_mapper.journal().empty());
}

TEST_CASE("-f of a map in use names its users and changes nothing") {
  San world;
  world.put_maps();
  world.device_mapper.set_open_count("mpatha", 1);
  world.proc.file("self/mountinfo", "30 22 253:0 / /data rw - ext4 /dev/mapper/mpatha rw\n");
  const CommandRun run = run_multipath(world, {"-f", "mpatha"});
  CHECK(run.status == 1);
  CHECK(run.out.empty());
  CHECK(contains(run.err, "mpatha: map in use: open 1 time: mounted on /data\n"));
  CHECK(world.device_mapper.journal().empty());
}

TEST_CASE("-F flushes all unused maps and succeeds if there are none") {
  San world;
  CHECK(run_multipath(world, {"-F"}).status == 0);
  world.put_maps();
  world.device_mapper.set_open_count("mpathb", 1);
  const CommandRun run = run_multipath(world, {"-F"});
  CHECK(run.status == 1);
  CHECK(contains(run.err, "mpathb: map in use"));
  CHECK_FALSE(world.device_mapper.find("mpatha"));
  CHECK(world.device_mapper.find("mpathb"));
  world.device_mapper.set_open_count("mpathb", 0);
  CHECK(run_multipath(world, {"-F"}).status == 0);
  CHECK(world.device_mapper.list().empty());
}

TEST_CASE("one failed map fails the run, but the other maps are created") {
  San world;
  world.device_mapper.inject({.verb = "create", .map = first, .error = ENOMEM});
  const CommandRun run = run_multipath(world, {});
  CHECK(run.status == 1);
  CHECK_FALSE(contains(run.out, first));
  CHECK(contains(run.out, "create: " + second));
  CHECK(contains(run.err, first + ": create: cannot create map " + first));
}

TEST_CASE("without device-mapper every option fails with the reason") {
  for (const Words& words : {Words{}, {"-ll"}, {"-l"}, {"-f", "x"}, {"-F"}, {"-d"}}) {
    San world;
    world.device_mapper.inject({.verb = "driver_version", .error = ENODEV});
    const CommandRun run = run_multipath(world, words);
    CHECK(run.status == 1);
    CHECK(run.out.empty());
    CHECK(contains(run.err, "No such device"));
  }
}

TEST_CASE("everything after -- is an argument") {
  San world;
  world.put_maps();
  const CommandRun run = run_multipath(world, {"-l", "--", "-ll"});
  CHECK(run.status == 0);
  CHECK(run.out.empty());
}

TEST_CASE("all JSON of the compatible options is valid, even for failures") {
  San world;
  world.add_disk("sde", "3:0:0:0", {8, 64}, tests::fake_disk("A\"\\\n", "\xff\x01", "1", {}));
  const auto json = [&](const Words& words) {
    const CommandRun run = run_multipath(world, words);
    CHECK(run.out.ends_with("}\n"));
    const Json parsed = Json::parse(run.out);
    CHECK(parsed["schema_version"] == 1);
    CHECK(parsed["findings"].is_array());
    return parsed;
  };
  CHECK(json({"-d", "--json"})["actions"].size() == 2);
  world.device_mapper.inject({.verb = "create", .map = first, .error = ENOMEM});
  const Json created = json({"--json"});
  CHECK(created["actions"].size() == 2);
  CHECK_FALSE(created["findings"].empty());
  CHECK(json({"-ll", "--json"})["maps"].size() == 1);
  CHECK(json({"-l", "-v3", "--json"})["maps"].size() == 1);
  world.device_mapper.set_open_count(second, 1);
  CHECK(json({"-F", "--json"})["flushed"][0]["result"] == "busy");
}

TEST_CASE("no control byte of an argument or a device reaches the terminal") {
  San world;
  world.add_disk("sde", "3:0:0:0", {8, 64}, tests::fake_disk("AC\x1b[1m", "D\x07", "1", {}));
  for (const Words& words : {Words{"-f", "\x1b[31mred"},
                             {"\x1b]0;x\x07"},
                             {"/dev/\x1b[2J"},
                             {"-p", "\x1b[31m"},
                             {"-\x1b"},
                             {"--\x1b[31m"},
                             {"-d", "-v3"}}) {
    const CommandRun run = run_multipath(world, words);
    for (const std::string& text : {run.out, run.err}) {
      CHECK(std::ranges::none_of(
          text, [](char c) { return static_cast<unsigned char>(c) < ' ' && c != '\n'; }));
    }
  }
}
