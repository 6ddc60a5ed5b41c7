
#include <doctest/doctest.h>

#include "tests/support/command_run.h"
#include "tests/support/contains.h"
#include "tests/support/san.h"

using namespace multipath;
using tests::CommandRun;
using tests::contains;
using tests::FakeHost;
using tests::run_multipath;
using tests::San;
using Words = std::vector<std::string>;

namespace {

const std::string first = tests::wwid_of_unit(1).text();
const std::string second = tests::wwid_of_unit(2).text();

}  // namespace

TEST_CASE("-c and -u answer from the kernel's data without I/O") {
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

TEST_CASE("-c rejects an unknown unit, whatever find_multipaths would create") {
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

TEST_CASE("a kernel argument that disables multipath is obeyed by -u, not by -c") {
  const auto run = [](const char* word, const std::string& arguments) {
    San world;
    world.state_files.files["/etc/multipath.conf"] = "defaults {\n find_multipaths greedy\n}\n";
    world.proc.file("cmdline", "root=/dev/sda1 " + arguments + " quiet\n");
    return run_multipath(world, {word, "/dev/sda"}).out;
  };
  for (const char* argument : {"nompath", "multipath=off", "rd.multipath=0", "rd.multipath=no",
                               "rd.multipath=off", "rd_NO_MULTIPATH", "rd_NO_MULTIPATH=1"}) {
    CAPTURE(argument);
    CHECK(run("-u", argument) == "DM_MULTIPATH_DEVICE_PATH=\"0\"\nMULTIPATH_OFF=\"1\"\n");
    CHECK(run("-c", argument) == "DM_MULTIPATH_DEVICE_PATH=\"1\"\n");
  }
  for (const char* argument :
       {"multipath=on", "nompathological", "rd.multipath=1", "rd_NO_MULTIPATH=0", "x.nompath"})
    CHECK(run("-u", argument) == "DM_MULTIPATH_DEVICE_PATH=\"1\"\n");
}

TEST_CASE("-u prints the wait of find_multipaths smart") {
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

TEST_CASE("-u --at-boot reports what the plan would do with an unused disk") {
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

TEST_CASE("a known unit's disk in use outside a map is not claimed") {
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

TEST_CASE("a known unit's disk with a mounted partition is not claimed") {
  San world;
  world.state_files.files["/etc/multipath/wwids"] = "/" + tests::wwid_of_unit(3).text() + "/\n";
  world.add_path("sdm", "1:0:0:3", 3, {.partitions = {{"sdm1", {}}, {"sdm2", {}}}});
  const auto verdict = [&] { return run_multipath(world, {"-u", "-v3", "sdm"}); };
  CHECK(contains(verdict().out, "\"1\""));
  world.proc.file("self/mountinfo", "21 1 8:194 / /home rw - ext4 /dev/sdm2 rw\n");
  CHECK(contains(verdict().out, "\"0\""));
  CHECK(contains(verdict().err, "but it is in use: sdm2 is mounted on /home"));
}

TEST_CASE("a released device is claimed only if a map contains it") {
  San world;
  world.state_files.files["/etc/multipath/wwids"] = "/" + first + "/\n";
  world.former_verdict = "0";
  CHECK(contains(run_multipath(world, {"-u", "sda"}).out, "\"0\""));
  CHECK(contains(run_multipath(world, {"-c", "/dev/sda"}).out, "\"1\""));
  world.former_verdict = "1";
  CHECK(contains(run_multipath(world, {"-u", "sda"}).out, "\"1\""));
}

TEST_CASE("a broken configuration is reported and keeps known units claimed") {
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

TEST_CASE("-C and -U find a map in every form and read no other map") {
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
  CHECK(none.err == "multipath: dm-9: not a multipath map\n");
  CHECK(world.commands_asked() == 0);
}
