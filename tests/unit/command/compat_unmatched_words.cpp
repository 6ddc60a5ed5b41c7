#include <string>
#include <utility>

#include <doctest/doctest.h>

#include "tests/support/command_run.h"
#include "tests/support/contains.h"
#include "tests/support/san.h"

using namespace multipath;
using tests::CommandRun;
using tests::contains;
using tests::run_multipath;
using tests::San;
using Words = std::vector<std::string>;

TEST_CASE("an unknown word is an error that suggests the nearest verb") {
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

TEST_CASE("an absent unit is reported without an error") {
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

TEST_CASE("a named unit that gets no map is reported with the reason") {
  San world;
  world.add_path("sdz", "1:0:0:9", 9);
  const CommandRun run = run_multipath(world, {"/dev/sdz"});
  CHECK(run.status == 0);
  CHECK(contains(run.err, "multipath: /dev/sdz: sdz gets no map: find_multipaths on: only path"));
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

TEST_CASE("-a and -w accept no word that names neither a unit of this host nor an absent unit") {
  for (const char* option : {"-a", "-w"}) {
    for (const char* word : {"", "sdz", "mpthb", "mpathb", "dm-7", "/dev/sdz", "8:224", "vda",
                             "x y", "oracle-dta-lun01", "naa.6001405676f6c640000000000000000"}) {
      CAPTURE(option);
      CAPTURE(word);
      San world;
      world.put_first();
      world.sys.file("class/block/vda/dev", "254:0\n");
      const CommandRun run = run_multipath(world, {option, word});
      CHECK(run.status == 1);
      CHECK(run.out.empty());
      CHECK(
          run.err.starts_with(std::string("multipath: '") + word + "' is not a valid argument: "));
      CHECK(world.state_files.files.empty());
    }
  }
}

TEST_CASE("-a and -w take a WWID whose unit is absent, and an alias as the WWID of its unit") {
  const std::string absent = "36001405676f6c6400000000000000000";
  for (const auto& [word, wwid] : {std::pair<std::string, std::string>{absent, absent},
                                   {"sda", tests::wwid_of_unit(1).text()},
                                   {"mpatha", tests::wwid_of_unit(1).text()},
                                   {"/dev/dm-0", tests::wwid_of_unit(1).text()},
                                   {"data", "3600"},
                                   {"3600", "3600"},
                                   {"backup", "other"},
                                   {"other", "other"}}) {
    CAPTURE(word);
    San world;
    world.put_first();
    auto& files = world.state_files.files;
    files["/etc/multipath/bindings"] = "data 3600\n";
    files["/etc/multipath.conf"] = "multipaths {\nmultipath {\nwwid other\nalias backup\n}\n}\n";
    const CommandRun added = run_multipath(world, {"-a", word});
    CHECK(added.status == 0);
    CHECK(added.out == "wwid '" + wwid + "' added\n");
    CHECK(added.err.empty());
    CHECK(contains(files["/etc/multipath/wwids"], "\n/" + wwid + "/\n"));
    CHECK(run_multipath(world, {"-w", word}).out == "wwid '" + wwid + "' removed\n");
    CHECK_FALSE(contains(files["/etc/multipath/wwids"], "\n/" + wwid + "/\n"));
  }
}

TEST_CASE("-w removes a line that is not a WWID of any device") {
  San world;
  world.state_files.files["/etc/multipath/wwids"] = "/sdz/\n";
  CHECK(run_multipath(world, {"-w", "sdz"}).out == "wwid 'sdz' removed\n");
}
