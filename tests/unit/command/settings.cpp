// Settings of multipath.conf, from the file to the table, the node and the report.

#include <algorithm>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "multipath/planning/kept_settings.h"
#include "multipath/run/flush_run.h"
#include "multipath/run/plan_run.h"
#include "tests/support/alua_disk.h"
#include "tests/support/command_run.h"
#include "tests/support/contains.h"
#include "tests/support/scsi_bytes.h"

using namespace multipath;
using tests::CommandRun;
using tests::contains;
using tests::run_multipath;
using Json = nlohmann::json;
using Words = std::vector<std::string>;

namespace {

const std::string unit = tests::wwid_of_unit(1).text();

/// One unit with two optimized and two other paths, listed by a device section.
struct World : tests::FakeHost {
  World() {
    int index = 0;
    for (const char* kname : {"sda", "sdb", "sdc", "sdd"}) {
      const int group = index < 2 ? 1 : 2;
      add_disk(kname, std::to_string(1 + index % 2) + ":0:" + std::to_string(group) + ":1",
               tests::sd_number(kname), tests::alua_disk(1, group));
      ++index;
    }
  }
  void configure(const std::string& defaults, const std::string& device = "",
                 const std::string& other = "") {
    state_files.files["/etc/multipath.conf"] =
        "defaults {\n" + defaults + "\n}\ndevices {\n device {\n vendor ACME\n product ALUA\n" +
        device + "\n }\n}\n" + other;
  }
  std::string planned_table() {
    const Json plan = Json::parse(run_multipath(*this, {"plan", "--json"}).out);
    return plan["actions"][0]["table"];
  }
  /// A live map of all four paths.
  void put_map(const std::string& features, std::uint64_t sectors = 2048, int open = 0) {
    dm::MemoryMap map;
    map.name = unit;
    map.uuid = "mpath-" + unit;
    map.live = dm::Table{{0, sectors, "multipath",
                          features + " 1 alua 2 1 service-time 0 2 1 8:0 1 8:16 1 service-time 0 2 "
                                     "1 8:32 1 8:48 1"}};
    map.open_count = open;
    device_mapper.put(map);
    show_maps();
  }
  void set_size(std::uint64_t sectors) {
    for (const char* kname : {"sda", "sdb", "sdc", "sdd"})
      sys.change(std::string("class/block/") + kname + "/size", std::to_string(sectors) + "\n");
  }
  std::uint64_t size_of_map() { return device_mapper.table(unit)->front().length; }
};

const std::string by_priority = "grouped";
std::string grouping_of(const std::string& table) {
  if (contains(table, " 4 1 service-time")) return "failover";
  if (contains(table, "service-time 0 2 1 8:0 1 8:16 1 service-time 0 2 1 8:32 1 8:48 1"))
    return by_priority;
  return contains(table, " 1 1 service-time 0 4 ") ? "multibus" : table;
}

}  // namespace

TEST_CASE("detect_pgpolicy groups ALUA paths by priority") {
  World world;
  world.configure("", "path_grouping_policy failover");
  CHECK(grouping_of(world.planned_table()) == "failover");
  world.configure("", "path_grouping_policy multibus\n detect_pgpolicy yes");
  CHECK(grouping_of(world.planned_table()) == by_priority);
  const CommandRun explained = run_multipath(world, {"explain", "sda"});
  CHECK(contains(explained.out, "detect_pgpolicy, /etc/multipath.conf:9"));
  // The command line beats it.
  CHECK(contains(run_multipath(world, {"plan", "-p", "multibus"}).out, " 1 1 service-time 0 4 "));
}

TEST_CASE("detect_pgpolicy_use_tpg groups by target port group") {
  World world;
  for (const char* node : {"sg2", "sg3"}) {
    world.scsi.units.at(node).target_port_groups = tests::target_port_groups_data(
        {{.id = 1, .state = scsi::AccessState::active_optimized, .relative_ports = {1}},
         {.id = 2, .state = scsi::AccessState::active_optimized, .relative_ports = {2}}});
  }
  world.configure("detect_pgpolicy yes");
  CHECK(grouping_of(world.planned_table()) == "multibus");
  world.configure("detect_pgpolicy yes\n detect_pgpolicy_use_tpg yes");
  CHECK(grouping_of(world.planned_table()) == by_priority);
  CHECK(contains(run_multipath(world, {"explain", "sda"}).out, "group_by_tpg"));
}

TEST_CASE("detect_pgpolicy ignores units not rated by ALUA states") {
  World world;
  world.configure("",
                  "detect_pgpolicy yes\n path_grouping_policy multibus\n detect_prio no\n"
                  " prio const");
  CHECK(grouping_of(world.planned_table()) == "multibus");
}

TEST_CASE("silent paths do not change a detected policy") {
  World world;
  world.configure("", "detect_pgpolicy yes\n path_grouping_policy multibus");
  world.put_map("0");
  for (const Words& dead : {Words{"sg0"}, Words{"sg0", "sg1", "sg2", "sg3"}}) {
    for (const std::string& node : dead)
      world.scsi.units.at(node).always = tests::not_delivered(scsi::Delivery::no_connection);
    CHECK(contains(run_multipath(world, {"explain", unit}).out, "group_by_prio"));
  }
}

TEST_CASE("rr_weight priorities multiplies requests by the priority") {
  World world;
  const std::string settings =
      "path_selector \"round-robin 0\"\n path_grouping_policy group_by_prio\n rr_min_io_rq 10\n";
  world.configure("", settings + "rr_weight priorities");
  CHECK(contains(world.planned_table(),
                 "round-robin 0 2 1 8:0 500 8:16 500 round-robin 0 2 1 8:32 100 8:48 100"));
  CHECK(contains(run_multipath(world, {"explain", "sda"}).out, "sda 500, sdb 500, sdc 100"));
  world.configure("", settings + "rr_weight uniform");
  CHECK(contains(world.planned_table(), "round-robin 0 2 1 8:0 10 8:16 10 "));
}

TEST_CASE("a kernel that replaces repeat counts by 1 causes no reload") {
  World world;
  world.configure("", "path_grouping_policy group_by_prio\n rr_weight priorities");
  world.put_map("0");
  CHECK(run_multipath(world, {"plan"}).out.starts_with("nothing"));
}

TEST_CASE("a failed weighted path keeps its number of requests") {
  World world;
  world.configure("", "path_grouping_policy group_by_prio\n rr_weight priorities");
  CHECK(run_multipath(world, {}).status == 0);
  CHECK(contains(world.device_mapper.table(unit)->front().parameters, "8:0 50"));
  world.scsi.units.at("sg0").always = tests::not_delivered(scsi::Delivery::no_connection);
  CHECK(contains(world.planned_table(), "8:0 50"));
}

TEST_CASE("mode, uid and gid reach device-mapper and udev's rule") {
  World world;
  world.configure(
      "mode 0660", "",
      "multipaths {\n multipath {\n wwid " + unit + "\n alias asm1\n uid 1001\n gid dba\n }\n}\n");
  CHECK(contains(run_multipath(world, {"plan"}).out,
                 "        node: mode 0660, owner 1001, group dba\n"));
  CHECK(contains(run_multipath(world, {"-d"}).err, "node mode 0660, owner 1001, group dba"));
  CHECK(contains(run_multipath(world, {"explain", "sda"}).out, "mode 0660, owner 1001, group dba"));
  const Json plan = Json::parse(run_multipath(world, {"plan", "--json"}).out);
  CHECK(plan["actions"][0]["node"] == "mode 0660, owner 1001, group dba");
  CHECK(run_multipath(world, {}).status == 0);
  const auto& journal = world.device_mapper.journal();
  CHECK(std::ranges::any_of(journal, [](const std::string& line) {
    return line.starts_with("create asm1 ") && contains(line, "(mode 0660, owner 1001, group dba)");
  }));
  world.show_maps();
  CHECK(
      contains(run_multipath(world, {"udev-map", "asm1"}).out,
               "MULTIPATH_NODE_MODE=0660\nMULTIPATH_NODE_OWNER=1001\nMULTIPATH_NODE_GROUP=dba\n"));
  world.configure("");
  CHECK_FALSE(contains(run_multipath(world, {"udev-map", "asm1"}).out, "MULTIPATH_NODE"));
}

TEST_CASE("checker_timeout is a device's deadline; the command line overrides it") {
  World world;
  const auto deadline = [&](const std::string& defaults) {
    const std::vector<ConfigurationText> texts{{"c", "defaults {\n" + defaults + "\n}\n"}};
    return deadline_of({.configuration = Configuration::load(texts).value()});
  };
  CHECK(deadline("").count() == 5000);
  CHECK(deadline("checker_timeout 0").count() == 5000);
  CHECK(deadline("checker_timeout 60").count() == 60'000);
  CHECK(deadline("checker_timeout 3600").count() == 3'600'000);
  CHECK(deadline("checker_timeout 5000").count() == 5000);
  world.configure("checker_timeout 1");
  world.scsi.units.at("sg0").delay = world.hang.delay();
  CHECK(contains(run_multipath(world, {"-d"}).err, "sda: no answer within 1 s"));
}

TEST_CASE("remove_retries applies to every flush; -R overrides it") {
  const auto patience = [](const std::string& defaults, const std::optional<int>& option) {
    const std::vector<ConfigurationText> texts{{"c", "defaults {\n" + defaults + "\n}\n"}};
    return patience_for(option, Configuration::load(texts).value());
  };
  CHECK(patience("", std::nullopt).retries == RemovalRetries{}.retries);
  CHECK(patience("remove_retries 3", std::nullopt).retries == 3);
  CHECK(patience("remove_retries 3", std::nullopt).pause == std::chrono::seconds(1));
  CHECK(patience("remove_retries 3", std::nullopt).waits_for_users);
  CHECK_FALSE(patience("", std::nullopt).waits_for_users);
  CHECK(patience("remove_retries 3", 7).retries == 7);
  CHECK(patience("remove_retries 3", 0).retries == RemovalRetries{}.retries);
  CHECK(patience("remove_retries 2147483647", std::nullopt).retries == 1'000'000);
}

TEST_CASE("every way to flush tries remove_retries times") {
  for (const Words& words : {Words{"-f", unit}, Words{"flush", unit}}) {
    World world;
    world.configure("remove_retries 1");
    world.put_map("0");
    world.device_mapper.inject({.verb = "remove", .error = EBUSY});
    CHECK(run_multipath(world, words).status == 0);
    CHECK(world.device_mapper.find(unit) == nullptr);
  }
}

TEST_CASE("a map that stays open is in use after all retries") {
  World world;
  world.configure("remove_retries 1");
  world.put_map("0", 2048, 1);
  const CommandRun run = run_multipath(world, {"flush", unit});
  CHECK(run.status == 3);
  CHECK(contains(run.out, "open 1 time"));
  CHECK(world.device_mapper.journal().empty());
}

TEST_CASE("recheck_wwid keeps a path failed that returns as another unit") {
  for (const bool recheck : {false, true}) {
    World world;
    world.configure("", recheck ? "recheck_wwid yes" : "recheck_wwid no");
    world.put_map("0");
    world.device_mapper.message(unit, 0, "fail_path 8:0");
    world.scsi.units.at("sg0") = tests::alua_disk(9, 1);
    const CommandRun run = run_multipath(world, {"restore"});
    const bool back = std::ranges::find(world.device_mapper.journal(),
                                        "message " + unit + " 0 reinstate_path 8:0") !=
                      world.device_mapper.journal().end();
    CHECK(back == !recheck);
    CHECK(contains(run.err, "works again but identifies as " + tests::wwid_of_unit(9).text()) ==
          recheck);
    CHECK((run.status == 0) == !recheck);
  }
}

TEST_CASE("a run and an event set the same queueing") {
  for (const Words& words :
       {Words{}, Words{"-q"}, Words{"-r"}, Words{"apply"}, Words{"event", "add", "8:0"}}) {
    World world;
    world.configure("no_path_retry queue");
    const CommandRun run = run_multipath(world, words);
    CAPTURE(run.err);
    CHECK(run.status == 0);
    CHECK(world.device_mapper.table(unit)->front().parameters.starts_with("1 queue_if_no_path"));
    // Whoever makes it by hand is told, unless he says that he knows.
    const bool told = contains(run.err, unit + ": I/O is queued while no path is usable");
    CHECK(told == (words.empty() || (words[0] != "-q" && words[0] != "event")));
  }
}

TEST_CASE("every command reports a map that keeps another queueing") {
  const std::string off =
      ": no_path_retry queue does not apply: existing maps keep their queueing; "
      "`multipath queue on " +
      unit + "` changes it";
  const std::string on =
      ": no_path_retry fail does not apply: existing maps keep their queueing; "
      "`multipath queue off " +
      unit + "` changes it";
  for (const bool queues : {false, true}) {
    World world;
    world.configure(queues ? "no_path_retry fail" : "no_path_retry queue",
                    "path_grouping_policy group_by_prio");
    world.put_map(queues ? "1 queue_if_no_path" : "0");
    const std::string& expected = queues ? on : off;
    for (const Words& words :
         {Words{}, Words{"-d"}, Words{"-r"}, Words{"plan"}, Words{"apply"},
          Words{"event", "change", "8:0"}, Words{"show", "maps"}, Words{"-ll", "-v3"}}) {
      CAPTURE(words);
      CHECK(contains(run_multipath(world, words).err, unit + expected));
    }
    CHECK(contains(run_multipath(world, {"explain", unit}).out, expected.substr(2)));
    CHECK(contains(run_multipath(world, {"plan", "--json"}).out, expected.substr(2)));
    CHECK_FALSE(contains(run_multipath(world, {"-ll"}).err, "not obeyed"));
    CHECK(queues_if_no_path(
              parse_multipath_table(world.device_mapper.table(unit)->front().parameters).value()) ==
          queues);
  }
}

TEST_CASE("maps that keep another queueing for the same reason are reported in one line") {
  const std::string text =
      " does not apply: existing maps keep their queueing; `multipath queue on ";
  const auto finding = [&](const std::string& map, const std::string& setting) {
    return Finding{Finding::Severity::warning, map, setting + text + map + "` changes it"};
  };
  const std::vector<Finding> merged = merge_kept_queueing(std::vector{
      finding("gold", "no_path_retry 12"), Finding{Finding::Severity::note, "sda", "is slow"},
      finding("mpathb", "no_path_retry 12"), finding("mpathc", "no_path_retry queue")});
  REQUIRE(merged.size() == 3);
  CHECK(merged[0].subject == "gold, mpathb");
  CHECK(merged[0].text == "no_path_retry 12" + text + "MAP` changes it");
  CHECK(merged[1].text == "is slow");
  CHECK(merged[2] == finding("mpathc", "no_path_retry queue"));
}

TEST_CASE("a map whose retry time has expired is not reported") {
  World world;
  world.configure("no_path_retry 5", "path_grouping_policy group_by_prio");
  world.put_map("0");
  CHECK(contains(run_multipath(world, {"plan"}).err, "no_path_retry 5 does not apply"));
  for (const char* path : {"8:0", "8:16", "8:32", "8:48"})
    world.device_mapper.message(unit, 0, std::string("fail_path ") + path);
  CHECK_FALSE(contains(run_multipath(world, {"plan"}).err, "not obeyed"));
}

TEST_CASE("a flush reports if a recreated map would queue differently") {
  for (const bool configured : {false, true}) {
    World world;
    world.configure(configured ? "no_path_retry queue" : "");
    world.put_map("1 queue_if_no_path");
    const CommandRun run = run_multipath(world, {"-F"});
    CHECK(world.device_mapper.find(unit) == nullptr);
    CHECK(contains(run.err, unit + ": queues because `multipath queue on` was used") ==
          !configured);
  }
}

TEST_CASE("no ordinary run shrinks a map in use") {
  for (const char* setting :
       {"", "auto_resize never", "auto_resize grow_only", "auto_resize grow_shrink"}) {
    for (const Words& words : {Words{}, Words{"-d"}, Words{"-r"}, Words{"plan"}, Words{"apply"},
                               Words{"event", "change", "8:0"}}) {
      World world;
      world.configure(setting, "path_grouping_policy group_by_prio");
      world.put_map("0", 4096, 1);
      const std::string number = to_string(world.device_mapper.find(unit)->number);
      world.proc.file("self/mountinfo", "23 22 " + number + " / /data rw - ext4 /dev/x rw\n");
      CAPTURE(setting);
      CAPTURE(words);
      const CommandRun run = run_multipath(world, words);
      CHECK(run.status == 0);
      CHECK(world.size_of_map() == 4096);
      CHECK(contains(run.err,
                     "keeps 4096 sectors, but its paths have 2048: map is open 1 time: "
                     "mounted on /data"));
      CHECK(contains(run.err, "`multipath resize " + unit + "` resizes it"));
    }
  }
}

TEST_CASE("auto_resize selects the maps that are resized in passing") {
  struct Case {
    const char* setting;
    bool grows, shrinks;
  };
  for (const Case& wanted :
       {Case{"", true, false}, Case{"auto_resize never", false, false},
        Case{"auto_resize grow_only", true, false}, Case{"auto_resize grow_shrink", true, true}}) {
    for (const Words& words : {Words{}, Words{"event", "change", "8:0"}}) {
      for (const std::uint64_t size : {std::uint64_t{4096}, std::uint64_t{1024}}) {
        World world;
        world.configure(wanted.setting, "path_grouping_policy group_by_prio");
        world.put_map("0");
        world.set_size(size);
        CAPTURE(wanted.setting);
        CAPTURE(size);
        const bool resizes = size > 2048 ? wanted.grows : wanted.shrinks;
        const CommandRun run = run_multipath(world, words);
        CHECK(run.status == 0);
        CHECK(world.size_of_map() == (resizes ? size : 2048));
        CHECK(contains(run.err, "keeps 2048 sectors") == !resizes);
        const CommandRun listed = run_multipath(world, {"show", "maps"});
        CHECK(contains(listed.err, "keeps 2048 sectors") == !resizes);
        CHECK(run_multipath(world, {"resize", unit}).status == 0);
        CHECK(world.size_of_map() == size);
      }
    }
  }
}

TEST_CASE("no loaded table exceeds the size of its paths") {
  World world;
  world.configure("", "path_grouping_policy failover");
  world.put_map("0", 4096, 1);
  const CommandRun run = run_multipath(world, {"plan"});
  CHECK(run.out.starts_with("reject"));
  CHECK(contains(run.out,
                 "cannot load a table: map keeps 4096 sectors, its paths have "
                 "2048"));
}
