#include <algorithm>
#include <map>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "multipath/config/wwids_file.h"
#include "multipath/host/state_files.h"
#include "tests/support/command_run.h"
#include "tests/support/contains.h"
#include "tests/support/san.h"
#include "tests/support/scsi_bytes.h"

using namespace multipath;
using tests::CommandRun;
using tests::contains;
using tests::FakeHost;
using tests::FakeUnit;
using tests::run_multipath;
using Words = std::vector<std::string>;
using Json = nlohmann::json;

namespace {

constexpr int done = 0, usage = 1, not_found = 2;

const std::string first = tests::wwid_of_unit(1).text();
const std::string second = tests::wwid_of_unit(2).text();
const std::string third = tests::wwid_of_unit(3).text();

FakeUnit unlisted_disk() {
  return tests::fake_disk("ACME", "Di(s)k", "s",
                          tests::bytes({0x60, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}));
}

/// Unit 1 has a map of sda and sdb; unit 2 has sdc and sdd; unit 3 only sde; sdf is unlisted.
struct San : tests::San {
  explicit San(const std::string& configuration = "") {
    add_path("sde", "1:0:0:3", 3);
    add_disk("sdf", "1:0:0:4", tests::sd_number("sdf"), unlisted_disk());
    put_first();
    if (!configuration.empty()) state_files.files["/etc/multipath.conf"] = configuration;
  }
  Json explain(const Words& words) {
    Words all{"explain", "--json"};
    all.insert(all.end(), words.begin(), words.end());
    const CommandRun answer = run(all);
    CAPTURE(answer.err);
    return Json::parse(answer.out)["explanations"][0];
  }
  CommandRun run(const Words& words) { return run_multipath(*this, words); }
};

/// The step of that name of the explanation's first path, or of its unit.
Json step(const Json& explanation, const std::string& name) {
  std::vector<Json> lists{explanation["steps"]};
  for (const Json& path : explanation["paths"]) lists.push_back(path["steps"]);
  for (const Json& list : lists) {
    for (const Json& candidate : list) {
      if (candidate["step"] == name) return candidate;
    }
  }
  return nullptr;
}

std::string remedies(const Json& explanation) { return explanation["remedies"].dump(); }

}  // namespace

TEST_CASE("explain shows the map of a path and how to exclude it") {
  San world;
  const Json explanation = world.explain({"sda"});
  CHECK(explanation["answer"] == "in a map");
  CHECK(contains(explanation["conclusion"], "sda is a path of map mpatha"));
  CHECK(contains(remedies(explanation), "wwid \\\"^" + first + "$\\\""));
  CHECK(contains(remedies(explanation), "multipath -f mpatha"));
}

TEST_CASE("explain shows that two paths get a map, with the find_multipaths line") {
  San world;
  const Json explanation = world.explain({"sdc"});
  CHECK(explanation["answer"] == "gets a map");
  const Json found = step(explanation, "find_multipaths");
  CHECK(found["verdict"] == "pass");
  CHECK(found["fact"] == "find_multipaths on: 2 paths to " + second);
  CHECK(found["origin"] == "built-in default");
  CHECK(step(explanation, "guard")["verdict"] == "pass");
  CHECK(contains(step(explanation, "grouping")["fact"], "[sdc]"));
}

TEST_CASE("explain shows why a single path gets no map, and each remedy") {
  San world("defaults {\n find_multipaths on\n}\n");
  const Json explanation = world.explain({"sde"});
  CHECK(explanation["answer"] == "no map");
  CHECK(contains(explanation["conclusion"], "only path to " + third));
  CHECK(step(explanation, "find_multipaths")["origin"] == "/etc/multipath.conf:2 (defaults)");
  for (const char* remedy : {"multipath -a ", "multipath -i", "second path", "find_multipaths off"})
    CHECK(contains(remedies(explanation), remedy));
}

TEST_CASE("find_multipaths strict reads the wwids file") {
  San world("defaults {\n find_multipaths strict\n}\n");
  CHECK(contains(world.explain({"sdc"})["conclusion"], "is not in the wwids file"));
  CHECK(contains(remedies(world.explain({"sdc"})), "multipath -a " + second));
  world.state_files.files["/etc/multipath/wwids"] = with_wwid("", second);
  CHECK(world.explain({"sdc"})["answer"] == "gets a map");
}

TEST_CASE("explain shows the blacklist rule, its line and both remedies") {
  San world("blacklist {\n wwid other\n wwid \"^3600\"\n}\n");
  const Json explanation = world.explain({"sdc"});
  CHECK(explanation["answer"] == "no map");
  const Json rule = step(explanation, "blacklist wwid");
  CHECK(rule["verdict"] == "stop");
  CHECK(rule["origin"] == "/etc/multipath.conf:3 (blacklist)");
  REQUIRE(rule["tried"].size() == 2);
  CHECK(rule["tried"][0]["what"] == "wwid \"other\"");
  CHECK(rule["tried"][0]["result"] == "no match");
  CHECK(rule["tried"][0]["origin"] == "/etc/multipath.conf:2 (blacklist)");
  CHECK(rule["tried"][1]["result"] == "matches");
  CHECK(contains(remedies(explanation), "remove wwid \\\"^3600\\\" (/etc/multipath.conf:3"));
  CHECK(contains(remedies(explanation), "blacklist_exceptions"));
  CHECK(contains(remedies(explanation), "wwid \\\"^" + second + "$\\\""));
}

TEST_CASE("explain shows an exception with its line") {
  San world("blacklist {\n devnode \".*\"\n}\nblacklist_exceptions {\n devnode \"^sd[cd]$\"\n}\n");
  const Json allowed = step(world.explain({"sdc"}), "blacklist devnode");
  CHECK(allowed["verdict"] == "pass");
  CHECK(allowed["origin"] == "/etc/multipath.conf:5 (blacklist_exceptions)");
  const Json refused = world.explain({"sde"});
  CHECK(step(refused, "blacklist devnode")["verdict"] == "stop");
  CHECK(contains(remedies(refused), "devnode \\\"^sde$\\\""));
}

TEST_CASE("the remedy for a blacklisted disk works") {
  for (const char* kind : {"devnode \"^sdc$\"", "wwid \".*\"", "device {\n product scsi_debug\n }",
                           "protocol \".\"", "property DEVTYPE"}) {
    CAPTURE(kind);
    const std::string blacklist = std::string("blacklist {\n ") + kind + "\n}\n";
    const std::map<std::string, std::string> properties{
        {"DEVTYPE", "disk"}, {"ID_SERIAL", second}, {"ID_WWN", "x"}};
    San world(blacklist);
    world.udev.entries[tests::sd_number("sdc")] = properties;
    const Json explanation = world.explain({"sdc"});
    REQUIRE(explanation["answer"] == "no map");
    const std::string remedy = explanation["remedies"].back();
    REQUIRE(remedy.starts_with("add to /etc/multipath.conf:\n"));
    San other(blacklist + remedy.substr(remedy.find('\n') + 1) + "\n");
    other.udev.entries[tests::sd_number("sdc")] = properties;
    CHECK(other.explain({"sdc"})["answer"] == "gets a map");
  }
}

TEST_CASE("explain shows the device section that would list the hardware") {
  San world("defaults {\n whitelist strict\n}\n");
  const Json explanation = world.explain({"sdf"});
  CHECK(explanation["answer"] == "no map");
  CHECK(contains(explanation["conclusion"], "vendor 'ACME' product 'Di(s)k'"));
  const std::string remedy = explanation["remedies"][0];
  CHECK(contains(remedy, "vendor \"^ACME$\"\n      product \"^Di.s.k$\"\n"));
  CHECK(contains(remedies(explanation), "--allow-unlisted"));
  CHECK(step(explanation, "whitelist")["verdict"] == "stop");
  San listed(remedy.substr(remedy.find('\n') + 1) + "\n");
  const Json row = step(listed.explain({"sdf"}), "hardware table");
  CHECK(row["verdict"] == "pass");
  CHECK(row["origin"] == "/etc/multipath.conf:2 (devices device)");
  CHECK(contains(listed.explain({"sdf"})["conclusion"], "only path to"));
}

TEST_CASE("explain shows the whitelist rule that decided, and its origin") {
  San world;
  const Json admitted = step(world.explain({"sdf"}), "whitelist");
  CHECK(admitted["verdict"] == "pass");
  CHECK(contains(admitted["fact"], "whitelist identity: a NAA designator"));
  CHECK(admitted["origin"] == "built-in default");
  const Json refused = step(world.explain({"sdf", "--whitelist", "strict"}), "whitelist");
  CHECK(refused["verdict"] == "stop");
  CHECK(refused["origin"] == "command line");
  const Json any = step(world.explain({"sdf", "--allow-unlisted"}), "whitelist");
  CHECK(contains(any["fact"], "whitelist any"));
  CHECK(world.run({"explain", "sdf", "--whitelist", "some"}).status == usage);
}

TEST_CASE("explain shows the use of each designator") {
  San world;
  FakeUnit& unit = world.scsi.units.at("sg2");
  const auto page = scsi::decode_device_identification(unit.pages[0x83]);
  auto port = page->designators.front();
  port.association = scsi::Association::target_port;
  unit.pages[0x83] = tests::device_identification_page(
      {port, tests::designator(scsi::DesignatorType::eui64, tests::bytes({1, 2, 3, 4, 5, 6, 7, 8})),
       page->designators.front()});
  const Json identity = step(world.explain({"sdc"}), "identity");
  REQUIRE(identity["tried"].size() == 3);
  CHECK(contains(identity["tried"][0]["result"], "passed over"));
  CHECK(identity["tried"][1]["result"] == "a better designator exists: 20102030405060708");
  CHECK(identity["tried"][2]["result"] == "chosen: " + second);
  CHECK(
      contains(step(world.explain({"sdc"}), "other programs")["fact"], "would give the same name"));
}

TEST_CASE("explain shows other names that udev and scsi_id would use") {
  San world;
  FakeUnit& unit = world.scsi.units.at("sg2");
  unit.pages[0x83] = tests::device_identification_page(
      {tests::designator(scsi::DesignatorType::naa, tests::bytes({0x31, 2, 3, 4, 5, 6, 7, 8})),
       tests::designator(scsi::DesignatorType::eui64, tests::bytes({1, 2, 3, 4, 5, 6, 7, 8}))});
  world.udev.entries[tests::sd_number("sdc")] = {{"ID_SERIAL", "33102030405060708"},
                                                 {"ID_WWN", "x"}};
  const Json explanation = world.explain({"sdc"});
  CHECK(contains(step(explanation, "identity")["fact"], "20102030405060708"));
  CHECK(contains(step(explanation, "other programs")["fact"],
                 "scsi_id would name it 33102030405060708"));
  CHECK(step(explanation, "udev")["fact"] ==
        "ID_SERIAL is 33102030405060708, not 20102030405060708");
}

TEST_CASE("explain reports paths of different sizes") {
  San world;
  world.add_path("sdg", "3:0:0:2", 2, {.size_sectors = 4096});
  const Json explanation = world.explain({second});
  CHECK(explanation["answer"] == "no map");
  CHECK(step(explanation, "guard")["verdict"] == "stop");
  CHECK(contains(explanation["conclusion"], "sdc has 2048 sectors but sdg has 4096"));
  CHECK(contains(remedies(explanation), "rescan"));
}

TEST_CASE("explain names holders and the verbs that show and clear them") {
  San world;
  world.add_path("sdg", "3:0:0:2", 2, {.holders = {"md0"}});
  const Json explanation = world.explain({"sdg"});
  CHECK(explanation["answer"] == "no map");
  CHECK(contains(explanation["conclusion"], "held by md0"));
  CHECK(contains(remedies(explanation), "multipath clear-holders sdg"));
}

TEST_CASE("explain shows a silent path with its cached identity") {
  San world;
  world.scsi.units.at("sg3").always = tests::not_delivered(scsi::Delivery::timed_out);
  const Json explanation = world.explain({"sdd"});
  CHECK(explanation["answer"] == "no map");
  CHECK(contains(step(explanation, "identity")["fact"], "the kernel read"));
  CHECK(contains(explanation["conclusion"], "sdd gets no map: "));
}

TEST_CASE("a unit is explained by WWID, by its map and by the map's node") {
  San world;
  for (const std::string& word : {first, std::string("mpatha"), std::string("/dev/mapper/mpatha"),
                                  std::string("/dev/dm-0"), std::string("dm-0")}) {
    CAPTURE(word);
    const Json explanation = world.explain({word});
    CHECK(explanation["subject"] == word);
    CHECK(explanation["answer"] == "in a map");
    CHECK(explanation["paths"].size() == 2);
  }
  CHECK(world.explain({second})["answer"] == "gets a map");
  CHECK(world.explain({third})["answer"] == "no map");
}

TEST_CASE("explain reports a map without paths on this host") {
  San world;
  for (const char* disk : {"1:0:0:1", "2:0:0:1"})
    world.sys.remove(FakeHost::scsi_device_folder(disk));
  world.sys.remove("dev/block/8:0");
  world.sys.remove("dev/block/8:16");
  const Json explanation = world.explain({"mpatha"});
  CHECK(explanation["answer"] == "in a map");
  CHECK(contains(step(explanation, "paths")["fact"], "the host has no path to the unit"));
  CHECK(contains(remedies(explanation), "rescan"));
}

TEST_CASE("explain of a partition names its disk") {
  FakeHost world;
  world.add_path("sda", "1:0:0:1", 1, {.partitions = {{"sda1", {}}}});
  const CommandRun run = run_multipath(world, {"explain", "/dev/sda1"});
  CHECK(run.status == done);
  CHECK(contains(run.out, "/dev/sda1: it is a partition of sda"));
  CHECK(contains(run.out, "multipath explain sda"));
}

TEST_CASE("explain of an unknown device gives status 2") {
  San world;
  world.scsi.units.at("sg5").pages.erase(0x83);
  for (const char* word : {"/dev/sdzz", "99:99", "nosuch", "3600dead"}) {
    CAPTURE(word);
    const CommandRun run = world.run({"explain", word});
    CHECK(run.status == not_found);
    CHECK(contains(run.out, std::string(word) + ": this host has no "));
    CHECK(contains(run.out, "multipath explain sdf"));
  }
  CHECK(world.run({"explain", "sda", "nosuch"}).status == not_found);
  CHECK(world.run({"explain"}).status == usage);
}

TEST_CASE("explain writes nothing and treats a broken configuration as others do") {
  San world;
  for (const char* word : {"sda", "sdc", "sde", "sdf", "mpatha", "nosuch"})
    world.run({"explain", word});
  CHECK(world.device_mapper.journal().empty());
  CHECK(world.state_files.journal.empty());
  San broken("defaults {\n verbosity 2\n");
  const CommandRun run = broken.run({"explain", "sda"});
  CHECK(run.status == done);
  CHECK(contains(run.err, "/etc/multipath.conf:1:1: error: "));
  CHECK(contains(run.err, "the built-in settings apply, to units of the wwids file only\n"));
}

TEST_CASE("explain agrees with the run") {
  const std::vector<std::string> configurations{
      "",
      "defaults {\n find_multipaths off\n}\n",
      "defaults {\n find_multipaths strict\n}\n",
      "defaults {\n find_multipaths smart\n user_friendly_names yes\n}\n",
      "blacklist {\n devnode \"^sd[ac]$\"\n}\n",
      "blacklist {\n wwid \".*\"\n}\nblacklist_exceptions {\n wwid \"" + second + "\"\n}\n",
      "blacklist {\n device {\n vendor Linux\n }\n}\n",
      "devices {\n device {\n vendor ACME\n product \".*\"\n }\n}\n",
      "blacklist {\n protocol \"scsi:unspec\"\n}\n",
      "multipaths {\n multipath {\n wwid " + second + "\n alias mpatha\n }\n}\n",
  };
  for (const std::string& configuration : configurations) {
    CAPTURE(configuration);
    San asked(configuration), run(configuration);
    for (San* world : {&asked, &run}) {
      world->add_path("sdg", "3:0:0:2", 2, {.holders = {"md0"}});
      world->add_path("sdh", "3:0:0:3", 3, {.size_sectors = 4096});
      world->scsi.units.at("sg1").ready = false;
    }
    // Which disk is in which map after a run.
    run.run({"apply"});
    std::map<std::string, bool> in_map;
    for (const dm::Device& device : run.device_mapper.list()) {
      const auto table = run.device_mapper.table(device.name);
      for (const auto& target : table.value_or(dm::Table{})) {
        for (char disk = 'a'; disk <= 'h'; ++disk) {
          const std::string number =
              " " + to_string(tests::sd_number(std::string("sd") + disk)) + " ";
          if (contains(target.parameters + " ", number)) in_map[std::string("sd") + disk] = true;
        }
      }
    }
    for (char letter = 'a'; letter <= 'h'; ++letter) {
      const std::string disk = std::string("sd") + letter;
      CAPTURE(disk);
      const Json explanation = asked.explain({disk});
      const bool said =
          explanation["answer"] == "in a map" || explanation["answer"] == "gets a map";
      CHECK(said == in_map[disk]);
      if (!said) {
        bool stops = false;
        for (const Json& one : explanation["paths"][0]["steps"]) stops |= one["verdict"] == "stop";
        for (const Json& one : explanation["steps"]) stops |= one["verdict"] == "stop";
        CHECK(stops);
        CHECK_FALSE(explanation["remedies"].empty());
      }
    }
  }
}

TEST_CASE("no control byte of a device or an argument reaches the terminal") {
  San world;
  world.add_disk("sdg", "1:0:0:7", tests::sd_number("sdg"),
                 tests::fake_disk("EV\x1b[1m\xff", "\x07", "s", tests::bytes({0x60})));
  for (const char* word : {"sdg", "\x1b[31m"}) {
    const CommandRun run = world.run({"explain", word});
    CHECK(std::ranges::none_of(run.out + run.err, [](char c) {
      return (static_cast<unsigned char>(c) < ' ' && c != '\n') || c == '\xff';
    }));
  }
  CHECK_NOTHROW(world.explain({"sdg"}));
}

TEST_CASE("a line feed from a device does not break the line") {
  San world;
  world.add_disk("sdg", "1:0:0:7", tests::sd_number("sdg"),
                 tests::fake_disk("EVIL", "x\n  pass  plan", "s", tests::bytes({0x60})));
  const CommandRun run = world.run({"explain", "sdg"});
  CHECK(run.out.find("x.  pass  plan") != std::string::npos);
  CHECK(run.out.find("\n  pass  plan") == std::string::npos);
}

TEST_CASE("a map whose paths are all excluded is explained, planned and listed") {
  San world("blacklist {\n devnode \"^sd[ab]$\"\n}\n");
  for (const char* word : {"mpatha", "sda"}) {
    CAPTURE(word);
    const Json explanation = world.explain({word});
    CHECK(explanation["answer"] == "in a map");
    CHECK(contains(explanation["conclusion"],
                   "next run: nothing, all paths of the map are excluded: sda sdb"));
    CHECK(contains(remedies(explanation), "devnode \\\"^sda$\\\""));
    CHECK_FALSE(contains(remedies(explanation), "restore a path"));
  }
  CHECK(step(world.explain({"mpatha"}), "paths")["fact"] ==
        "all paths of the unit are excluded: sda sdb");
  const CommandRun plan = world.run({"plan"});
  CHECK(contains(plan.out, "nothing mpatha  all paths of the map are excluded: sda sdb\n"));
  CHECK(contains(plan.err, "`multipath explain mpatha` shows how to admit its paths"));
  for (const Words& words : {Words{"-ll"}, Words{"show", "maps"}}) {
    const CommandRun listing = world.run(words);
    CHECK(contains(listing.err, "multipath: sda: is a path of map mpatha but excluded: devnode"));
  }
}

TEST_CASE("a replaced LUN gets the steps that end this state, not those for a new map") {
  San world;
  world.scsi.units.at("sg1").pages[0x83] = world.scsi.units.at("sg4").pages.at(0x83);
  const Json explanation = world.explain({"sdb"});
  CHECK(contains(explanation["conclusion"], "but now identifies as " + third));
  REQUIRE(explanation["remedies"].size() == 1);
  const std::string remedy = explanation["remedies"][0];
  std::size_t at = 0;
  for (const char* part : {"`multipath holders mpatha`", "`multipath flush mpatha`",
                           "/sys/block/sdb/device/delete`", "/scan`", "`multipath`"}) {
    CAPTURE(part);
    at = remedy.find(part, at);
    REQUIRE(at != std::string::npos);
  }
}

TEST_CASE("plan of a device that gets no map reports the reason") {
  San world("blacklist {\n devnode \"^sdc$\"\n}\n");
  const CommandRun run = world.run({"plan", "sdc"});
  CHECK(run.status == done);
  CHECK(contains(run.err, "multipath: sdc: gets no map: devnode sdc: blacklisted by"));
  CHECK_FALSE(contains(world.run({"plan", "sda"}).err, "gets no map"));
}

TEST_CASE("a headline names the subject once") {
  San world("blacklist {\n devnode \"^sdc$\"\n}\n");
  CHECK(world.run({"explain", "sdc"}).out.starts_with("sdc: gets no map: devnode sdc"));
  CHECK(world.run({"explain", "sda"}).out.starts_with("sda: is a path of map mpatha"));
  CHECK(world.run({"explain", "8:32"}).out.starts_with("8:32: sdc gets no map: devnode sdc"));
}
