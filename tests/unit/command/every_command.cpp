#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "multipath/command/compat/options.h"
#include "multipath/command/verbs.h"
#include "tests/support/command_run.h"
#include "tests/support/contains.h"
#include "tests/support/san.h"

using namespace multipath;
using tests::CommandRun;
using tests::contains;
using tests::run_multipath;
using Words = std::vector<std::string>;
using Json = nlohmann::json;

namespace {

/// Two units with maps.
struct San : tests::San {
  San() { put_maps(); }
};

/// Arguments of each verb for the host above, and what takes the place of the last argument in a
/// call for something that the host does not have.
struct Call {
  Words words;
  std::string absent = "nosuch";
};
const std::map<std::string, std::vector<Call>>& calls() {
  static const std::map<std::string, std::vector<Call>> all{
      {"show",
       {{{"maps", "mpatha"}},
        {{"paths", "sda"}},
        {{"config"}, ""},
        {{"metrics"}, ""},
        {{"wildcards"}, ""}}},
      {"plan", {{{"mpatha"}}}},
      {"explain", {{{"mpatha"}}}},
      {"apply", {{{"mpatha"}}}},
      {"flush", {{{"mpathb"}}}},
      {"rename", {{{"x", "mpatha"}}}},
      {"resize", {{{"mpatha"}}}},
      {"switchgroup", {{{"1", "mpatha"}}}},
      {"fail", {{{"sda"}}}},
      {"reinstate", {{{"sda"}}}},
      {"partitions", {{{"mpatha"}}}},
      {"restore", {{{"mpatha"}}}},
      {"event", {{{"change", "8:0"}, ""}}},
      {"queue", {{{"on", "mpatha"}}}},
      {"holders", {{{"sda"}}}},
      {"clear-holders", {{{"--dry-run", "sda"}}}},
      {"capture", {{{"/nosuch/directory"}, ""}}},
      {"diff", {{{"/nosuch/one", "/nosuch/other"}, ""}}},
      {"udev-map", {{{"mpatha"}}}},
      {"forget-pvs", {{{"mpatha"}}}},
      {"check-config", {{{"/etc/multipath.conf"}, "/etc/nosuch.conf"}}},
  };
  return all;
}

/// The call with `last` for its last word. rename and switchgroup have the map before the last word.
Words words_of(const std::string& verb, Words words, const std::string& last) {
  words.back() = last;
  if (verb == "rename" || verb == "switchgroup") std::swap(words[0], words[1]);
  words.insert(words.begin(), verb);
  return words;
}

void check_json(const CommandRun& run) {
  REQUIRE(run.out.ends_with("}\n"));
  const Json document = Json::parse(run.out);
  CHECK(document["schema_version"] == 1);
  CHECK(document["findings"].is_array());
}

}  // namespace

TEST_CASE("every verb exits with 2 for what the host does not have, and names it on stderr") {
  for (const VerbRow& verb : verbs()) {
    CAPTURE(verb.name);
    REQUIRE(calls().contains(verb.name));
    for (const auto& [words, absent] : calls().at(verb.name)) {
      if (absent.empty()) continue;
      San world;
      world.state_files.files["/etc/multipath.conf"] = "";
      CHECK(run_multipath(world, words_of(verb.name, words, words.back())).status != 2);
      const CommandRun run = run_multipath(world, words_of(verb.name, words, absent));
      CHECK(run.status == 2);
      const bool answers_in_words = verb.name == std::string("explain");
      CHECK(contains(answers_in_words ? run.out : run.err, absent + ": "));
      if (!answers_in_words) CHECK(run.err.starts_with("multipath: " + absent + ": "));
    }
  }
}

TEST_CASE("every verb prints JSON, also for what is missing, unless it rejects --json") {
  const std::set<std::string> for_rules{"event", "udev-map", "forget-pvs"};
  for (const VerbRow& verb : verbs()) {
    for (const auto& [words, absent] : calls().at(verb.name)) {
      CAPTURE(verb.name);
      CAPTURE(words.front());
      San world;
      world.state_files.files["/etc/multipath.conf"] = "defaults {\n}\n";
      Words typed = words_of(verb.name, words, words.back());
      typed.emplace_back("--json");
      const CommandRun run = run_multipath(world, typed);
      if (for_rules.contains(verb.name) || verb.name == std::string("capture") ||
          words.front() == "metrics") {
        CHECK(run.status == 1);
        CHECK(run.out.empty());
        CHECK(contains(run.err, "--json"));
        continue;
      }
      check_json(run);
      if (absent.empty()) continue;
      typed = words_of(verb.name, words, absent);
      typed.emplace_back("--json");
      const CommandRun missing = run_multipath(world, typed);
      CHECK(missing.status == 2);
      check_json(missing);
    }
  }
}

TEST_CASE("every job of the letters prints JSON, unless it rejects --json") {
  const std::map<std::string_view, Words> arguments{
      {"multipath", {}},    {"-f", {"mpathb"}}, {"-a", {"sda"}},    {"-w", {"sda"}},
      {"-c", {"/dev/sda"}}, {"-u", {"sda"}},    {"-C", {"mpatha"}}, {"-U", {"mpatha"}}};
  const std::set<std::string_view> answering{"-c", "-u", "-C", "-U"};
  for (const CompatCommand& command : compat_commands()) {
    CAPTURE(command.option);
    San world;
    Words words{"--json"};
    if (command.option != "multipath") words.emplace_back(command.option);
    if (const auto found = arguments.find(command.option); found != arguments.end())
      words.insert(words.end(), found->second.begin(), found->second.end());
    const CommandRun run = run_multipath(world, words);
    if (answering.contains(command.option)) {
      CHECK(run.status == 1);
      CHECK(contains(run.err, std::string(command.option) + " does not print JSON"));
    } else {
      CHECK(run.status == 0);
      check_json(run);
    }
  }
}

TEST_CASE("JSON of a requested change has the map, the path and what the kernel refused") {
  San world;
  const auto changed = [&](const Words& words) {
    return Json::parse(run_multipath(world, words).out)["changed"];
  };
  CHECK(changed({"fail", "sda", "--json"}) ==
        Json::parse(R"([{"action":"fail","map":"mpatha","path":"sda","error":null}])"));
  CHECK(changed({"reinstate", "/dev/sda", "--json"})[0]["action"] == "reinstate");
  CHECK(changed({"switchgroup", "mpatha", "2", "--json"})[0]["action"] == "switchgroup");
  CHECK(changed({"queue", "off", "mpatha", "--json"})[0]["action"] == "queue off");
  CHECK(changed({"queue", "on", "--all", "--json"}).size() == 2);
  world.device_mapper.inject({.verb = "message", .map = "mpatha", .error = EIO});
  const CommandRun refused = run_multipath(world, {"queue", "on", "mpatha", "--json"});
  CHECK(refused.status == 4);
  CHECK(Json::parse(refused.out)["changed"][0]["error"].is_string());
  CHECK_FALSE(refused.err.empty());
}

TEST_CASE("JSON of the wwids file has each unit and what became of it") {
  San world;
  const std::string wwid = tests::wwid_of_unit(1).text();
  const auto result = [&](const Words& words) {
    return Json::parse(run_multipath(world, words).out)["wwids"];
  };
  CHECK(result({"-a", "sda", "--json"}) == Json{{{"wwid", wwid}, {"result", "added"}}});
  CHECK(result({"-w", "sda", "--json"})[0]["result"] == "removed");
  CHECK(result({"-w", "sda", "--json"})[0]["result"] == "not listed");
  CHECK(result({"-W", "--json"}).size() == 2);
  CHECK(result({"-W", "--json"})[0]["result"] == "kept");
}

TEST_CASE("check-config --json has each mistake with its place") {
  San world;
  world.state_files.files["/etc/multipath.conf"] = "defaults {\n no_path_rety 5\n}\n";
  const Json review = Json::parse(run_multipath(world, {"check-config", "--json"}).out);
  REQUIRE(review["mistakes"].size() == 1);
  CHECK(review["mistakes"][0]["line"] == 2);
  CHECK(review["mistakes"][0]["severity"] == "warning");
  CHECK(review["mistakes"][0]["nearest"] == "no_path_retry");
  CHECK_FALSE(review.contains("differences"));
  CHECK(Json::parse(run_multipath(world, {"check-config", "--as-packaged", "--json"}).out)
            .contains("differences"));
  CHECK(run_multipath(world, {"check-config", "--fix", "--json"}).status == 1);
}

TEST_CASE("rename to a name that another device has changes nothing and fails") {
  San world;
  const CommandRun run = run_multipath(world, {"rename", "mpatha", "mpathb"});
  CHECK(run.status == 3);
  CHECK(run.out.empty());
  CHECK(run.err.starts_with(
      "multipath: mpatha: name 'mpathb' is in use by the device-mapper device"));
  CHECK(world.device_mapper.journal().empty());
  CHECK(run_multipath(world, {"rename", "mpatha", "mpatha"}).status == 0);
  CHECK(world.device_mapper.journal().empty());
  const CommandRun json = run_multipath(world, {"rename", "mpatha", "mpathb", "--json"});
  CHECK(Json::parse(json.out)["findings"][0]["subject"] == "mpatha");
}

TEST_CASE("a map that the plan does not rename is reported") {
  for (const Words& output : {Words{}, {"--json"}}) {
    tests::San world;
    world.put_map("lonely", 9, "0 0 1 1 service-time 0 1 1 8:240 1");
    Words words{"rename", "lonely", "other"};
    words.insert(words.end(), output.begin(), output.end());
    const CommandRun run = run_multipath(world, words);
    CHECK(run.status == 4);
    CHECK(contains(run.err + run.out, "not renamed; `multipath explain lonely` prints why"));
    CHECK(world.device_mapper.find("lonely") != nullptr);
  }
}

TEST_CASE("flush of a path names its map and removes nothing") {
  for (const Words& words : {Words{"flush", "sda"}, {"-f", "sda"}, {"flush", "/dev/sdb"}}) {
    San world;
    const CommandRun run = run_multipath(world, words);
    CHECK(run.status == (words[0] == "-f" ? 1 : 2));
    CHECK(contains(run.err, "a path of map mpatha, not a map; `multipath flush mpatha`"));
    CHECK(world.device_mapper.journal().empty());
  }
}

TEST_CASE("show paths of a map lists its paths, show maps of a path its map") {
  San world;
  const CommandRun paths = run_multipath(world, {"show", "paths", "mpatha", "sdc"});
  CHECK(paths.status == 0);
  for (const char* path : {" sda ", " sdb ", " sdc "}) CHECK(contains(paths.out, path));
  CHECK_FALSE(contains(paths.out, " sdd "));
  const CommandRun one = run_multipath(world, {"show", "paths", "sda"});
  CHECK_FALSE(contains(one.out, " sdb "));
  CHECK(run_multipath(world, {"show", "maps", "sda"}).out ==
        run_multipath(world, {"show", "maps", "mpatha"}).out);
}

TEST_CASE(
    "clear-holders rejects options that contradict each other or lack the option they belong to") {
  const std::vector<std::pair<Words, std::string>> rejected{
      {{"--dry-run", "--check"}, "--dry-run and --check cannot be combined"},
      {{"--yes-wipe"}, "--yes-wipe requires --wipe"},
      {{"--wipe-backup", "/x"}, "--wipe-backup requires --wipe"}};
  for (const auto& [options, text] : rejected) {
    San world;
    Words words{"clear-holders", "sda"};
    words.insert(words.end(), options.begin(), options.end());
    const CommandRun run = run_multipath(world, words);
    CHECK(run.status == 1);
    CHECK(contains(run.err, text));
    CHECK(world.device_mapper.journal().empty());
  }
}

TEST_CASE("clear-holders --force-protected takes every name of a device, and no other word") {
  San world;
  for (const char* device : {"sda", "/dev/sda", "mpatha"})
    CHECK(run_multipath(world, {"clear-holders", "--dry-run", "sdb", "--force-protected", device})
              .status != 2);
  const CommandRun run =
      run_multipath(world, {"clear-holders", "--dry-run", "sdb", "--force-protected", "nosuch"});
  CHECK(run.status == 2);
  CHECK(run.err.starts_with("multipath: nosuch: no such device"));
}
