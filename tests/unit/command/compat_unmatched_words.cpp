
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
