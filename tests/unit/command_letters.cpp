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
using tests::User;
using Words = std::vector<std::string>;
using Json = nlohmann::json;

namespace {

const std::string first = tests::wwid_of_unit(1).text();
const std::string second = tests::wwid_of_unit(2).text();

struct San : tests::San {
  void put_maps() {
    put_first();
    put_second();
  }
};

const std::string listing_of_first = "mpatha (" + first +
                                     ") dm-0 Linux,scsi_debug\n"
                                     "size=1.0M features='0' hwhandler='0' wp=rw\n"
                                     "|-+- policy='service-time 0' prio=1 status=enabled\n"
                                     "| `- 1:0:0:1 sda 8:0  active ready running\n"
                                     "`-+- policy='service-time 0' prio=1 status=enabled\n"
                                     "  `- 2:0:0:1 sdb 8:16 active ready running\n";

}  // namespace

TEST_CASE("without a letter, maps are made and shown, and made once") {
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

TEST_CASE("a node that is not there is no valid argument") {
  for (const char* argument : {"/dev/nosuch", "8:224"}) {
    San world;
    const CommandRun run = run_multipath(world, {argument});
    CHECK(run.status == 1);
    CHECK(run.out.empty());
    CHECK(contains(run.err, std::string("'") + argument + "' is not a valid argument"));
    CHECK(world.device_mapper.journal().empty());
  }
}

TEST_CASE("a word that names nothing is an error with the nearest verb, and nothing is done") {
  struct Case {
    Words words;
    const char* hint;
  };
  for (const auto& [words, hint] :
       {Case{{"lst"}, "did you mean `multipath show`?"}, Case{{"plna"}, "`multipath plan`"},
        Case{{"-r", "aply"}, "`multipath apply`"}, Case{{"-d", "zzzz"}, "of that name\n"},
        Case{{"reconfigure"}, "`multipath apply` does what multipathd's 'reconfigure' does"},
        Case{{"list", "paths"}, "`multipath show paths`"},
        Case{{"add", "path", "sda"}, "`multipath event add MAJOR:MINOR`"},
        Case{{"sda", "nosuch"}, "'nosuch' is not a valid argument"}}) {
    CAPTURE(words);
    San world;
    const CommandRun run = run_multipath(world, words);
    CHECK(run.status == 1);
    CHECK(run.out.empty());
    CHECK(contains(run.err, "is not a valid argument"));
    CHECK(contains(run.err, hint));
    CHECK(world.device_mapper.journal().empty());
  }
}

TEST_CASE("an absent unit is reported and is not an error; -l and -ll list nothing of it") {
  San world;
  world.state_files.files["/etc/multipath/wwids"] = "/known/\n";
  world.state_files.files["/etc/multipath/bindings"] = "data 3600\n";
  world.state_files.files["/etc/multipath.conf"] =
      "multipaths {\nmultipath {\nwwid other\nalias backup\n}\n}\n";
  for (const char* word : {"known", "data", "3600", "backup", "other", "3624a937012345678"}) {
    CAPTURE(word);
    const CommandRun run = run_multipath(world, {"-r", word});
    CHECK(run.status == 0);
    CHECK(run.out.empty());
    CHECK(run.err ==
          std::string("multipath: ") + word + ": this host has no path to it and no map of it\n");
  }
  for (const char* list : {"-l", "-ll"}) {
    const CommandRun run = run_multipath(world, {list, "nosuch"});
    CHECK(run.status == 0);
    CHECK(run.out.empty());
    CHECK(run.err.empty());
  }
}

TEST_CASE("a unit that is named and gets no map is reported with the reason") {
  San world;
  world.add_path("sdz", "1:0:0:9", 9);
  const CommandRun run = run_multipath(world, {"/dev/sdz"});
  CHECK(run.status == 0);
  CHECK(contains(run.err,
                 "multipath: /dev/sdz: sdz gets into no map: find_multipaths on: the only path"));
  CHECK(run_multipath(world, {}).err.empty());
}

TEST_CASE("-v3 -ll without maps lists the paths") {
  San world;
  const CommandRun run = run_multipath(world, {"-v3", "-ll"});
  CHECK(run.status == 0);
  CHECK(contains(run.out, "===== paths list ====="));
  CHECK(contains(run.out, " sdb "));
  CHECK_FALSE(contains(run_multipath(world, {"-v2", "-ll"}).out, "sdb"));
}

TEST_CASE("who is not root is told so, and nothing is asked") {
  San world;
  for (const Words& words : {Words{}, {"-ll"}, {"-d"}, {"-F"}}) {
    const CommandRun run = run_multipath(world, words, User::other);
    CHECK(run.status == 1);
    CHECK(run.out.empty());
    CHECK(run.err == "need to be root\n");
  }
  CHECK(world.commands_asked() == 0);
}

TEST_CASE("-h is for standard error, --help and --version for standard output") {
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

TEST_CASE("a wrong command line prints the banner and the usage on standard error") {
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
    CHECK(contains(run.err, "usage: multipath"));
  }
  CHECK(world.device_mapper.journal().empty());
}

TEST_CASE("-ll lists maps with what each path says, in any of getopt's spellings") {
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

TEST_CASE("-l lists maps without asking any path") {
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

TEST_CASE("a listing of nothing is empty and no failure") {
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

TEST_CASE("-v0 says nothing of what goes well") {
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

TEST_CASE("a dead path costs its line, not the listing; why is on standard error") {
  San world;
  world.put_maps();
  world.scsi.units.at("sg1").always = tests::not_delivered(scsi::Delivery::no_connection, 1);
  const CommandRun run = run_multipath(world, {"-ll", "mpatha"});
  CHECK(run.status == 0);
  CHECK(contains(run.out, "2:0:0:1 sdb 8:16 active faulty running\n"));
  CHECK(contains(run.err, "sdb: INQUIRY: no connection to the target\n"));
}

TEST_CASE("warnings are on standard error only: a comma on standard output would be a map") {
  San world;
  world.add_disk("sde", "3:0:0:0", {8, 64}, tests::fake_disk("ACME", "Disk", "1", {}));
  const CommandRun run = run_multipath(world, {"-v1"});
  CHECK(run.out == first + "\n" + second + "\n");
  CHECK(run.status == 0);
  CHECK(contains(run_multipath(world, {"-d"}).err, "sde: "));
}

TEST_CASE("-d says what would be done and why, and does nothing") {
  San world;
  const CommandRun run = run_multipath(world, {"-d"});
  CHECK(run.status == 0);
  CHECK(run.out.starts_with("create: " + first + " undef Linux,scsi_debug\n"));
  CHECK(contains(run.err, first + ": create: 2 paths with this WWID, and no map\n"));
  CHECK(world.device_mapper.journal().empty());
}

TEST_CASE("-d says that a map is as it should be") {
  San world;
  run_multipath(world, {});
  const auto writes = world.device_mapper.journal().size();
  const CommandRun run = run_multipath(world, {"-d"});
  CHECK(run.status == 0);
  CHECK(run.out.empty());
  CHECK(contains(run.err, first + ": nothing: it is as it should be\n"));
  CHECK(world.device_mapper.journal().size() == writes);
}

TEST_CASE("-r reloads what is right") {
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

TEST_CASE("-i makes a map of one path, without it that is left") {
  FakeHost world;
  world.add_path("sda", "1:0:0:1", 1);
  CHECK(run_multipath(world, {}).status == 0);
  CHECK(world.device_mapper.journal().empty());
  CHECK(run_multipath(world, {"-i"}).status == 0);
  CHECK(world.device_mapper.find(first));
}

TEST_CASE("letters that only the packaged tool needs are taken") {
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

TEST_CASE("-f flushes the map that is named, in any form, without a word") {
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

TEST_CASE("-f without a map, or of none that is there, fails with the words that callers know") {
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

TEST_CASE("-f of a map in use fails with who uses it, and leaves it alone") {
  San world;
  world.put_maps();
  world.device_mapper.set_open_count("mpatha", 1);
  world.proc.file("self/mountinfo", "30 22 253:0 / /data rw - ext4 /dev/mapper/mpatha rw\n");
  const CommandRun run = run_multipath(world, {"-f", "mpatha"});
  CHECK(run.status == 1);
  CHECK(run.out.empty());
  CHECK(contains(run.err, "mpatha: map in use: it is open 1 time: mounted on /data\n"));
  CHECK(world.device_mapper.journal().empty());
}

TEST_CASE("-F flushes all that is unused; with nothing there it is done") {
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

TEST_CASE("a map that failed makes the run fail, and the others are made") {
  San world;
  world.device_mapper.inject({.verb = "create", .map = first, .error = ENOMEM});
  const CommandRun run = run_multipath(world, {});
  CHECK(run.status == 1);
  CHECK_FALSE(contains(run.out, first));
  CHECK(contains(run.out, "create: " + second));
  CHECK(contains(run.err, first + ": create: can not create map " + first));
}

TEST_CASE("without device-mapper every job fails with the reason") {
  for (const Words& words : {Words{}, {"-ll"}, {"-l"}, {"-f", "x"}, {"-F"}, {"-d"}}) {
    San world;
    world.device_mapper.inject({.verb = "driver_version", .error = ENODEV});
    const CommandRun run = run_multipath(world, words);
    CHECK(run.status == 1);
    CHECK(run.out.empty());
    CHECK(contains(run.err, "No such device"));
  }
}

TEST_CASE("-c and -u answer from what the kernel knows and ask no device") {
  San world;
  world.state_files.files["/etc/multipath.conf"] = "defaults {\n find_multipaths strict\n}\n";
  for (const Words& words : {Words{"-c", "/dev/sda"}, {"-u", "sda"}}) {
    const CommandRun run = run_multipath(world, words);
    CHECK(run.status == (words.front() == "-c" ? 1 : 0));
    CHECK(run.out == "DM_MULTIPATH_DEVICE_PATH=\"0\"\n");
  }
  CHECK(run_multipath(world, {"-a", "/dev/sda"}).out == "wwid '" + first + "' added\n");
  for (const Words& words : {Words{"-c", "/dev/sda"}, {"-u", "sdb"}}) {
    const CommandRun run = run_multipath(world, words);
    CHECK(run.status == 0);
    CHECK(run.out == "DM_MULTIPATH_DEVICE_PATH=\"1\"\n");
  }
  CHECK(world.commands_asked() == 0);
}

TEST_CASE("-c says no of a unit that is not known, whatever find_multipaths makes maps of") {
  const auto answer = [](const std::string& mode, const Words& words, bool has_second_path) {
    FakeHost world;
    world.add_path("sda", "1:0:0:1", 1);
    if (has_second_path) world.add_path("sdb", "2:0:0:1", 1);
    world.state_files.files["/etc/multipath.conf"] =
        "defaults {\n find_multipaths " + mode + "\n}\n";
    return run_multipath(world, words)
        .out.substr(std::string("DM_MULTIPATH_DEVICE_PATH=").size(), 3);
  };
  const Words asked{"-c", "/dev/sda"}, ignoring{"-i", "-c", "/dev/sda"};
  for (const char* mode : {"off", "on", "strict"}) CHECK(answer(mode, asked, true) == "\"0\"");
  CHECK(answer("greedy", asked, false) == "\"1\"");
  CHECK(answer("smart", asked, true) == "\"1\"");
  CHECK(answer("smart", asked, false) == "\"2\"");
  CHECK(answer("off", ignoring, false) == "\"1\"");
  CHECK(answer("strict", ignoring, true) == "\"1\"");
  CHECK(answer("on", ignoring, false) == "\"2\"");
}

TEST_CASE("-u says how long find_multipaths smart waits, of hardware that is not listed a second") {
  const auto answer = [](const std::string& timeout, bool is_listed, const char* letter) {
    FakeHost world;
    const tests::FakeUnit unlisted = tests::fake_disk("NOBODY", "KNOWS", "1", {0x31});
    world.add_disk("sda", "1:0:0:1", tests::sd_number("sda"),
                   is_listed ? tests::lio_disk(1) : unlisted);
    world.udev.entries[tests::sd_number("sda")] = {{"OWN_ID", first}};
    world.state_files.files["/etc/multipath.conf"] =
        "defaults {\n find_multipaths smart\n uid_attribute OWN_ID\n" + timeout + "}\n";
    const std::string out =
        run_multipath(world, {letter, letter == std::string("-c") ? "/dev/sda" : "sda"}).out;
    const std::string verdict = "DM_MULTIPATH_DEVICE_PATH=\"2\"\n";
    REQUIRE(out.substr(0, verdict.size()) == verdict);
    return out.substr(verdict.size());
  };
  CHECK(answer("", true, "-u") == "MULTIPATH_WAIT=\"10\"\n");
  CHECK(answer("", false, "-u") == "MULTIPATH_WAIT=\"1\"\n");
  CHECK(answer(" find_multipaths_timeout 25\n", true, "-u") == "MULTIPATH_WAIT=\"25\"\n");
  CHECK(answer(" find_multipaths_timeout 25\n", false, "-u") == "MULTIPATH_WAIT=\"25\"\n");
  CHECK(answer(" find_multipaths_timeout -40\n", true, "-u") == "MULTIPATH_WAIT=\"40\"\n");
  CHECK(answer(" find_multipaths_timeout 0\n", true, "-u") == "MULTIPATH_WAIT=\"10\"\n");
  CHECK(answer("", true, "-c").empty());
}

TEST_CASE("-u --at-boot says what the plan would do with a disk that nothing uses") {
  const auto answer = [](const std::string& mode, int paths, bool is_known, bool is_used = false) {
    FakeHost world;
    world.add_path("sda", "1:0:0:1", 1);
    if (paths == 2) world.add_path("sdb", "2:0:0:1", 1);
    world.state_files.files["/etc/multipath.conf"] =
        "defaults {\n find_multipaths " + mode + "\n}\n";
    if (is_known) world.state_files.files["/etc/multipath/wwids"] = "/" + first + "/\n";
    world.proc.file("swaps", "Filename Type Size Used Priority\n");
    if (is_used) world.proc.file("self/mountinfo", "21 1 8:0 / / rw - ext4 /dev/sda rw\n");
    return run_multipath(world, {"-u", "--at-boot", "sda"}).out;
  };
  const std::string yes = "DM_MULTIPATH_DEVICE_PATH=\"1\"\n",
                    no = "DM_MULTIPATH_DEVICE_PATH=\"0\"\n";
  const std::string known = "MULTIPATH_KNOWN=\"1\"\n";
  const std::string perhaps = "DM_MULTIPATH_DEVICE_PATH=\"2\"\nMULTIPATH_WAIT=\"10\"\n";
  for (const bool is_used : {false, true}) {
    for (const char* mode : {"on", "smart"}) {
      CHECK(answer(mode, 2, false, is_used) == yes);
      CHECK(answer(mode, 1, false, is_used) == perhaps);
      CHECK(answer(mode, 1, true, is_used) == yes + known);
    }
    CHECK(answer("off", 1, false, is_used) == yes);
    CHECK(answer("greedy", 1, false, is_used) == yes + known);
    CHECK(answer("strict", 2, false, is_used) == no);
    CHECK(answer("strict", 2, true, is_used) == yes + known);
  }
}

TEST_CASE("-u --at-boot agrees with the plan, whatever find_multipaths says") {
  for (const char* mode : {"off", "on", "strict", "greedy", "smart"}) {
    for (const int paths : {1, 2}) {
      INFO(mode << ' ' << paths);
      FakeHost world;
      world.add_path("sda", "1:0:0:1", 1);
      if (paths == 2) world.add_path("sdb", "2:0:0:1", 1);
      world.state_files.files["/etc/multipath.conf"] =
          std::string("defaults {\n find_multipaths ") + mode + "\n}\n";
      const bool would =
          contains(run_multipath(world, {"-u", "--at-boot", "sda"}).out, "PATH=\"1\"");
      CHECK(run_multipath(world, {}).status == 0);
      CHECK(would == (world.device_mapper.find(first) != nullptr));
    }
  }
}

TEST_CASE("a known unit's disk that somebody uses, and that no map holds, is none of ours") {
  const auto answer = [](const std::function<void(San&)>& change) {
    San world;
    world.state_files.files["/etc/multipath/wwids"] = "/" + first + "/\n";
    world.proc.file("swaps", "Filename Type Size Used Priority\n");
    change(world);
    return run_multipath(world, {"-u", "-v3", "sda"});
  };
  CHECK(contains(answer([](San&) {}).out, "\"1\""));
  const auto mounted = answer([](San& world) {
    world.proc.file("self/mountinfo", "21 1 8:0 / /boot rw - ext4 /dev/sda rw\n");
  });
  CHECK(contains(mounted.out, "\"0\""));
  CHECK(contains(mounted.err, "sda: a path (the wwids file has " + first +
                                  "), but it is in use: mounted on /boot"));
  const auto swapped = answer([](San& world) {
    world.proc.change("swaps", "Filename Type Size Used Priority\n/dev/sda partition 8 0 -2\n");
  });
  CHECK(contains(swapped.out, "\"0\""));
  const auto held = answer([](San& world) {
    world.sys.file(FakeHost::scsi_device_folder("1:0:0:1") + "/block/sda/holders/md0", "");
  });
  CHECK(contains(held.out, "\"0\""));
}

TEST_CASE("a known unit's disk with a mounted partition is none of ours") {
  San world;
  world.state_files.files["/etc/multipath/wwids"] = "/" + tests::wwid_of_unit(3).text() + "/\n";
  world.add_path("sdm", "1:0:0:3", 3, {.partitions = {{"sdm1", {}}, {"sdm2", {}}}});
  const auto verdict = [&] { return run_multipath(world, {"-u", "-v3", "sdm"}); };
  CHECK(contains(verdict().out, "\"1\""));
  world.proc.file("self/mountinfo", "21 1 8:194 / /home rw - ext4 /dev/sdm2 rw\n");
  CHECK(contains(verdict().out, "\"0\""));
  CHECK(contains(verdict().err, "but it is in use: sdm2 is mounted on /home"));
}

TEST_CASE("what udev released to others before is claimed only when a map holds it") {
  San world;
  world.state_files.files["/etc/multipath/wwids"] = "/" + first + "/\n";
  world.former_verdict = "0";
  CHECK(contains(run_multipath(world, {"-u", "sda"}).out, "\"0\""));
  CHECK(contains(run_multipath(world, {"-c", "/dev/sda"}).out, "\"1\""));
  world.former_verdict = "1";
  CHECK(contains(run_multipath(world, {"-u", "sda"}).out, "\"1\""));
}

TEST_CASE("with a broken configuration a known unit stays claimed, and what is broken is said") {
  San world;
  world.state_files.files["/etc/multipath/wwids"] = "/" + first + "/\n";
  world.state_files.files["/etc/multipath.conf"] =
      "defaults {\n find_multipaths on verbosity 2\n}\n";
  const CommandRun known = run_multipath(world, {"-u", "sda"});
  CHECK(known.status == 0);
  CHECK(contains(known.out, "\"1\""));
  CHECK(contains(known.err, "/etc/multipath.conf"));
  CHECK(contains(run_multipath(world, {"-u", "sdc"}).out, "\"0\""));
}

TEST_CASE("-C and -U find a map by node, number, name, WWID and path, and look at no other") {
  San world;
  world.put_maps();
  for (const char* word : {"/dev/dm-0", "dm-0", "mpatha", "/dev/mapper/mpatha", "sda"}) {
    CAPTURE(word);
    CHECK(run_multipath(world, {"-C", word}).status == 0);
    CHECK(run_multipath(world, {"-U", word}).status == 0);
  }
  CHECK(run_multipath(world, {"-C", first}).status == 0);
  const CommandRun none = run_multipath(world, {"-C", "dm-9"});
  CHECK(none.status == 1);
  CHECK(none.err == "dm-9 is not a multipath map\n");
  CHECK(world.commands_asked() == 0);
}

TEST_CASE("behind -- everything is an argument") {
  San world;
  world.put_maps();
  const CommandRun run = run_multipath(world, {"-l", "--", "-ll"});
  CHECK(run.status == 0);
  CHECK(run.out.empty());
}

TEST_CASE("all that letters print as JSON can be parsed, failures included") {
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
