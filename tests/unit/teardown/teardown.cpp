#include "multipath/teardown/teardown.h"

#include <algorithm>
#include <chrono>
#include <random>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "multipath/view/holder_plan.h"
#include "tests/support/holder_world.h"

using namespace multipath;
using tests::GraphMaker;
using tests::mount_on;

namespace {

Teardown planned(const HolderGraph& graph, const TeardownOptions& planning_options = {}) {
  auto result = plan_teardown(graph, planning_options);
  REQUIRE(result.has_value());
  return *result;
}

/// "umount /a, raid stop md0"
std::string words(const Teardown& teardown) {
  std::string text;
  for (const Step& step : teardown.steps)
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", to_string(step.action), step.subject);
  return text;
}

const Step& step_for(const Teardown& teardown, const std::string& subject) {
  const auto found = std::ranges::find(teardown.steps, subject, &Step::subject);
  REQUIRE(found != teardown.steps.end());
  return *found;
}

}  // namespace

TEST_CASE("LVM on an array is removed by group, then array") {
  GraphMaker maker;
  maker.add("sda");
  maker.add("sdb");
  maker.add("md0", {"sda", "sdb"});
  maker.at("md0").members = {"sda", "sdb"};
  maker.volume("dm-0", "vg0", "a", {"md0"});
  maker.volume("dm-1", "vg0", "b", {"md0"});
  maker.base("sda").base("sdb");
  const Teardown plan = planned(maker.graph());
  CHECK(words(plan) == "vg deactivate vg0, raid stop md0");
  CHECK(plan.steps[0].level == 2);
  CHECK(plan.steps[0].covers.size() == 2);
  CHECK(plan.steps[0].undo == std::vector<std::string>{"lvchange -y -K -ay vg0/a vg0/b"});
  CHECK(plan.steps[1].undo ==
        std::vector<std::string>{
            "grep -q '^md0 : active' /proc/mdstat || mdadm --assemble /dev/md0 /dev/sda /dev/sdb"});
  CHECK(plan.steps[1].device == "/sys/class/block/md0");
  CHECK(plan.steps[1].dev_type == "raid");
}

TEST_CASE("volumes with hyphens are named by LVM's real names") {
  GraphMaker maker;
  maker.add("sda");
  maker.volume("dm-0", "vg-x", "l", {"sda"}).dm_name = "vg--x-lv--1";
  maker.base("sda");
  CHECK(planned(maker.graph()).steps[0].undo.front() == "lvchange -y -K -ay vg-x/lv-1");
}

TEST_CASE("nested mounts go deepest first, bind mounts before their source") {
  GraphMaker maker;
  maker.add("sda");
  maker.add("dm-0", {"sda"}).mounts = {mount_on("/srv", 10)};
  maker.add("dm-1", {"sda"}).mounts = {mount_on("/srv/deep", 11, 10)};
  HolderMount bind = mount_on("/b", 12);
  bind.root = "/x y";
  maker.at("dm-0").mounts.push_back(bind);
  maker.base("sda");
  const Teardown plan = planned(maker.graph());
  CHECK(words(plan).starts_with("umount /"));
  const auto place = [&](const std::string& subject) {
    return &step_for(plan, subject) - plan.steps.data();
  };
  CHECK(place("/srv/deep") < place("/srv"));
  CHECK(place("/b") < place("/srv"));
  CHECK(place("/srv") < place("map0"));
  CHECK(step_for(plan, "/b").undo.front() == "mount --bind '/srv/x y' /b");
}

TEST_CASE("a loop over a file goes before the file system that the file is on") {
  GraphMaker maker;
  maker.add("sda").mounts = {mount_on("/srv", 10)};
  maker.add("loop0", {"sda"}).backing = "/srv/image";
  maker.at("loop0").mounts = {mount_on("/srv/inner", 11, 10)};
  maker.base("sda");
  CHECK(words(planned(maker.graph())) == "umount /srv/inner, loop detach loop0, umount /srv");
}

TEST_CASE("a swap file is disabled before its file system is unmounted") {
  GraphMaker maker;
  maker.add("sda").mounts = {mount_on("/srv", 10)};
  maker.at("sda").swaps = {{"/srv/swap", true, 0}};
  maker.base("sda");
  CHECK(words(planned(maker.graph())) == "swapoff /srv/swap, umount /srv");
}

TEST_CASE("an md container is stopped after its volumes") {
  GraphMaker maker;
  maker.add("sda");
  maker.add("md0", {"sda"});
  maker.add("md127", {"sda"});
  maker.base("sda");
  HolderGraph graph = maker.graph();
  graph.link(graph.find("md127").value(), graph.find("md0").value());
  CHECK(words(planned(graph)) == "raid stop md127, raid stop md0");
}

TEST_CASE("all bcaches of a set stop in one step, after their volumes") {
  GraphMaker maker;
  maker.add("sda");
  maker.add("sdb");
  maker.add("bcache0", {"sda"}).group = "uuid";
  maker.add("bcache1", {"sdb"}).group = "uuid";
  maker.volume("dm-0", "vg0", "a", {"bcache1"});
  maker.base("sda").base("sdb");
  CHECK(words(planned(maker.graph())) == "vg deactivate vg0, bcache stop uuid");
}

TEST_CASE("a device claimed by bcache without a bcacheN is released") {
  GraphMaker maker;
  maker.add("sda").bcache_member = true;
  maker.at("sda").group = "set";
  maker.base("sda");
  const Teardown plan = planned(maker.graph());
  CHECK(words(plan) == "bcache stop set");
  CHECK(plan.steps[0].command.back() == "/sys/fs/bcache/set/stop");
}

TEST_CASE("a map that waits for its cache is released and registered again") {
  GraphMaker maker;
  Holder& map = maker.add("dm-0");
  map.kind = HolderKind::multipath;
  map.members = {"sda", "sdb"};
  map.bcache_member = true;
  map.open_count = 1;
  maker.base("dm-0");
  const Teardown plan = planned(maker.graph());
  CHECK(plan.blockers.empty());
  CHECK(plan.steps[0].command.back() == "/sys/class/block/dm-0/bcache/stop");
  CHECK(plan.steps[0].undo ==
        std::vector<std::string>{"echo /dev/mapper/map0 > /sys/fs/bcache/register_quiet"});
}

TEST_CASE("a multipath map as base is flushed last unless kept") {
  GraphMaker maker;
  Holder& map = maker.add("dm-0");
  map.kind = HolderKind::multipath;
  map.dm_name = "mpatha";
  map.dm_table = "0 8 multipath 0 0 0 0";
  maker.add("dm-1", {"dm-0"}).kind = HolderKind::partition_map;
  maker.at("dm-1").dm_uuid = "part1-mpath-3600";
  maker.at("dm-1").dm_table = "0 8 linear 253:0 2048";
  maker.base("dm-0");
  const Teardown plan = planned(maker.graph());
  CHECK(words(plan) == "map remove map1, map flush mpatha");
  CHECK(plan.steps[0].undo.front() ==
        "dmsetup info map1 >/dev/null 2>&1 || dmsetup create map1 -u part1-mpath-3600 --table '0 8 "
        "linear /dev/mapper/mpatha 2048'");
  TeardownOptions planning_options;
  planning_options.keep_maps = true;
  CHECK(words(planned(maker.graph(), planning_options)) == "map remove map1");
}

TEST_CASE("with multipathd running the map is removed through it") {
  GraphMaker maker;
  maker.add("dm-0").kind = HolderKind::multipath;
  maker.base("dm-0");
  HolderGraph graph = maker.graph();
  graph.multipathd_runs = true;
  CHECK(planned(graph).steps[0].command ==
        std::vector<std::string>{"multipathd", "del", "map", "map0"});
}

TEST_CASE("a base that is not a map stays, with its kernel partitions") {
  GraphMaker maker;
  maker.add("sda");
  maker.add("sda1", {"sda"});
  maker.base("sda");
  CHECK(planned(maker.graph()).steps.empty());
}

TEST_CASE("signatures are wiped on request, partitions before the disk") {
  GraphMaker maker;
  maker.add("sda");
  maker.add("sda1", {"sda"});
  maker.base("sda");
  TeardownOptions planning_options;
  planning_options.wipe = true;
  planning_options.wipe_backup = "/save";
  const Teardown plan = planned(maker.graph(), planning_options);
  CHECK(words(plan) == "wipe /dev/sda1, wipe /dev/sda");
  CHECK(plan.steps[0].command ==
        std::vector<std::string>{"env", "HOME=/save", "wipefs", "--all", "--backup", "/dev/sda1"});
}

TEST_CASE("the key of a crypt device is requested before it is closed") {
  GraphMaker maker;
  maker.add("sda");
  Holder& crypt = maker.add("dm-0", {"sda"});
  crypt.kind = HolderKind::crypt;
  crypt.dm_name = "-secret";
  crypt.what = "LUKS2";
  maker.base("sda");
  const Teardown plan = planned(maker.graph());
  CHECK(plan.steps[0].note == "reopening requires its key");
  CHECK(plan.steps[0].command == std::vector<std::string>{"cryptsetup", "close", "--", "-secret"});
}

TEST_CASE("the integrity device of a LUKS2 device goes with it") {
  GraphMaker maker;
  maker.add("sda");
  maker.add("dm-0", {"sda"}).kind = HolderKind::crypt;
  maker.at("dm-0").dm_uuid = "CRYPT-SUBDEV-x";
  maker.add("dm-1", {"dm-0"}).kind = HolderKind::crypt;
  maker.at("dm-1").dm_uuid = "CRYPT-LUKS2-x";
  maker.base("sda");
  CHECK(planned(maker.graph()).steps.size() == 1);
}

TEST_CASE("a mount that is removed along is not a step") {
  GraphMaker maker;
  HolderMount other = mount_on("/srv", 99);
  other.own_name_space = false;
  other.name_space = 2;
  other.follows = true;
  maker.add("sda").mounts = {mount_on("/srv", 10), other};
  maker.base("sda");
  CHECK(words(planned(maker.graph())) == "umount /srv");
}

TEST_CASE("special names are quoted, and their nodes found by number") {
  GraphMaker maker;
  maker.add("sda");
  maker.add("dm-0", {"sda"}).dm_name = "a b:'";
  maker.add("dm-1", {"dm-0"}).dm_name = std::string(127, 'x');
  maker.at("dm-1").dm_table = "0 8 linear 253:1 0";
  maker.base("sda");
  const Teardown plan = planned(maker.graph());
  CHECK(plan.steps[1].command == std::vector<std::string>{"dmsetup", "remove", "a b:'"});
  CHECK(plan.steps[1].undo.front().starts_with("dmsetup create 'a b:'\\''' --table"));
  CHECK(plan.steps[0].undo.front().ends_with("--table '0 8 linear /dev/dm-0 0'"));
}

TEST_CASE("an unprintable name is in no printed command") {
  for (const std::string name : {"a\xff", "a\nb", "a\x1b[31m", "\xe2\x80\xae-a", "a\tb", "\x9b"}) {
    GraphMaker maker;
    maker.add("sda");
    maker.add("dm-0", {"sda"}).dm_name = name;
    maker.at("dm-0").dm_table = "0 8 linear 8:0 0";
    maker.base("sda");
    const Teardown plan = planned(maker.graph());
    CHECK(plan.steps[0].command == std::vector<std::string>{"dmsetup", "remove", name});
    CHECK(plan.steps[0].undo.front().starts_with("# not shown: "));
    const std::string text = render_plan(plan.steps);
    CHECK(text.find("do:   # not shown: ") != std::string::npos);
    CHECK(text.find("dmsetup") == std::string::npos);
  }
}

TEST_CASE("a name that looks like an option is protected in commands") {
  GraphMaker maker;
  maker.add("sda");
  Holder& map = maker.add("dm-0", {"sda"});
  map.dm_name = "--help";
  map.dm_uuid = "x";
  map.dm_table = "0 8 linear 8:0 0";
  maker.base("sda");
  const Teardown plan = planned(maker.graph());
  CHECK(plan.steps[0].command == std::vector<std::string>{"dmsetup", "remove", "--", "--help"});
  CHECK(plan.steps[0].undo.front() ==
        "dmsetup info -- --help >/dev/null 2>&1 || dmsetup create -u x --table '0 8 linear 8:0 0' "
        "-- --help");
}

TEST_CASE("a device that is its own holder is an error") {
  GraphMaker maker;
  maker.add("sda");
  maker.add("dm-0", {"sda"});
  maker.base("sda");
  HolderGraph graph = maker.graph();
  graph.link(graph.find("dm-0").value(), graph.find("dm-0").value());
  CHECK_FALSE(plan_teardown(graph, {}).has_value());
}

TEST_CASE("a ring of devices is an error") {
  GraphMaker maker;
  maker.add("sda");
  maker.add("dm-0", {"sda"});
  maker.add("dm-1", {"dm-0"});
  maker.base("sda");
  HolderGraph graph = maker.graph();
  graph.link(graph.find("dm-0").value(), graph.find("dm-1").value());
  const auto plan = plan_teardown(graph, {});
  REQUIRE_FALSE(plan.has_value());
  CHECK(to_string(plan.error()) == "devices form a cycle: dm-0, dm-1");
}

TEST_CASE("5000 devices at random: every holder precedes its base") {
  constexpr std::size_t count = 5000;
  for (unsigned seed = 1; seed <= 5; ++seed) {
    std::mt19937 random(seed);
    std::vector<std::vector<std::size_t>> uses(count);
    for (std::size_t i = 10; i < count; ++i) {
      for (unsigned n = 0; n <= random() % 3; ++n) uses[i].push_back(random() % i);
    }
    // The same devices in another order.
    std::vector<std::size_t> order(count);
    for (std::size_t i = 0; i < count; ++i) order[i] = i;
    const auto make = [&] {
      HolderGraph graph;
      std::vector<std::size_t> place(count);
      for (std::size_t i = 0; i < count; ++i) place[order[i]] = i;
      for (const std::size_t i : order) {
        Holder node;
        node.kname = fmt::format("dm-{}", i);
        node.dm_name = node.kname;
        node.dm_table = "0 1 linear 8:0 0";
        node.kind = HolderKind::linear;
        node.reach = i < 10 ? Reach::base : Reach::above;
        graph.nodes.push_back(node);
        if (i < 10) graph.bases.push_back(graph.nodes.size() - 1);
      }
      for (std::size_t i = 0; i < count; ++i) {
        for (const std::size_t lower : uses[i]) graph.link(place[i], place[lower]);
      }
      return graph.in_order();
    };
    const HolderGraph graph = make();
    const Teardown plan = planned(graph);
    std::vector<std::size_t> when(count, count);
    for (std::size_t i = 0; i < plan.steps.size(); ++i) {
      REQUIRE(when[plan.steps[i].node] == count);
      when[plan.steps[i].node] = i;
    }
    CHECK(plan.steps.size() == count - 10);
    bool ordered = true;
    for (std::size_t i = 0; i < count; ++i) {
      for (const std::size_t lower : graph.nodes[i].uses)
        ordered = ordered && (graph.nodes[lower].reach == Reach::base || when[i] < when[lower]);
    }
    CHECK(ordered);
    std::ranges::shuffle(order, random);
    CHECK((planned(make()).steps == plan.steps));
  }
}

TEST_CASE("twenty stacked diamonds are planned in linear time") {
  GraphMaker maker;
  maker.add("sda");
  std::string lower = "sda";
  for (int i = 0; i < 20; ++i) {
    const std::string left = fmt::format("dm-{}", 3 * i);
    const std::string right = fmt::format("dm-{}", 3 * i + 1);
    const std::string top = fmt::format("dm-{}", 3 * i + 2);
    maker.add(left, {lower});
    maker.add(right, {lower});
    maker.add(top, {left, right});
    lower = top;
  }
  maker.base("sda");
  const Teardown plan = planned(maker.graph());
  CHECK(plan.steps.size() == 60);
  CHECK(plan.steps.front().level == 40);
}

TEST_CASE("each kind of crypt device is reopened by its own program or not") {
  struct Row {
    const char* type;
    std::vector<std::string> undo;
    const char* note;
  };
  for (const Row& row :
       {Row{"LUKS1", {"cryptsetup open /dev/sda c"}, "reopening requires its key"},
        Row{"BITLK", {"cryptsetup open --type bitlk /dev/sda c"}, "reopening requires its key"},
        Row{"VERITY",
            {"veritysetup open DATA c HASH ROOTHASH"},
            "reopening requires the data device, the hash device and the root hash"},
        Row{"INTEGRITY", {"integritysetup open /dev/sda c"}, ""},
        Row{"TEMP", {}, "temporary device: cannot be reopened"},
        Row{"NEWKIND", {}, "reopen it with the program that opened it"}}) {
    CAPTURE(row.type);
    GraphMaker maker;
    maker.add("sda");
    Holder& crypt = maker.add("dm-0", {"sda"});
    crypt.kind = HolderKind::crypt;
    crypt.dm_name = "c";
    crypt.what = row.type;
    maker.base("sda");
    const Teardown plan = planned(maker.graph());
    CHECK(plan.steps[0].undo == row.undo);
    CHECK(plan.steps[0].note == row.note);
  }
}
