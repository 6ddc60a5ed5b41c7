#include "multipath/holders/graph.h"

#include <algorithm>
#include <utility>

#include <doctest/doctest.h>

#include "multipath/discovery/unit_paths.h"
#include "multipath/holders/mounts.h"
#include "multipath/model/holder_names.h"
#include "multipath/teardown/blockers.h"
#include "multipath/teardown/teardown.h"
#include "multipath/view/holder_tree.h"
#include "tests/support/holder_world.h"

using namespace multipath;
using tests::HolderWorld;

namespace {

const Holder& node_of(const HolderGraph& graph, const std::string& kname) {
  const auto index = graph.find(kname);
  REQUIRE(index.has_value());
  return graph.nodes[*index];
}

const std::string vg(const char* volume) {
  return "LVM-0000000000000000000000000000000v" + std::string(volume);
}

/// mpatha over sda and sdb, with two partition maps.
void add_multipath(HolderWorld& world) {
  world.device("sda").device("sdb");
  world.partition("sda", "sda1");
  world.map("dm-0", "mpatha", "mpath-3600a", {"sda", "sdb"});
  world.map("dm-1", "mpatha1", "part1-mpath-3600a", {"dm-0"});
}

/// A tree in which one file cannot be read the first time.
class LateTree final : public SysTree {
 public:
  LateTree(const SysTree& tree, std::string path) : tree_(tree), path_(std::move(path)) {}

  std::optional<std::string> read(std::string_view path) const override {
    if (path == path_ && std::exchange(first_, false)) return std::nullopt;
    return tree_.read(path);
  }
  std::optional<std::vector<std::string>> list(std::string_view path) const override {
    return tree_.list(path);
  }
  std::optional<std::string> read_link(std::string_view path) const override {
    return tree_.read_link(path);
  }
  bool exists(std::string_view path) const override { return tree_.exists(path); }

 private:
  const SysTree& tree_;
  std::string path_;
  mutable bool first_ = true;
};

}  // namespace

TEST_CASE("both paths, the partition and the map are one graph") {
  HolderWorld world;
  add_multipath(world);
  const HolderGraph by_map = discover_holders(world.host(), {"dm-0"});
  CHECK(render_holder_names(by_map) == "dm-0\n`-- dm-1\n");
  CHECK(by_map.findings.empty());
  for (const char* path : {"sda", "sdb"}) {
    const HolderGraph by_path = discover_holders(world.host(), {path});
    CHECK((by_path.nodes == by_map.nodes));
    CHECK(by_path.findings.size() == 1);
  }
  CHECK(promoted(world.sys, "sda1") == "dm-1");
  CHECK(kname_of_map(world.sys, "mpatha") == "dm-0");
  CHECK(kname_of_map(world.sys, "mpath-3600a") == "dm-0");
}

TEST_CASE("kinds come from dm uuid and sysfs, partitions first") {
  HolderWorld world;
  add_multipath(world);
  world.device("md0", {"dm-1"}).attribute("md0", "md/level", "raid1");
  world.partition("md0", "md0p1");
  world.map("dm-2", "luks", "CRYPT-LUKS2-abc-luks", {"md0p1"});
  world.map("dm-3", "odd", "VDO-1", {"dm-2"});
  world.map("dm-4", "vg--0-data", vg("00000000000000000000000000000001"), {"dm-2"});
  const HolderGraph graph = discover_holders(world.host(), {"sda"});
  CHECK(node_of(graph, "dm-0").kind == HolderKind::multipath);
  CHECK(node_of(graph, "dm-1").kind == HolderKind::partition_map);
  CHECK(node_of(graph, "md0").kind == HolderKind::raid);
  CHECK(node_of(graph, "md0p1").kind == HolderKind::partition);
  CHECK(node_of(graph, "dm-2").kind == HolderKind::crypt);
  CHECK(node_of(graph, "dm-3").kind == HolderKind::unknown);
  CHECK(node_of(graph, "dm-4").what == "vg-0/data");
}

TEST_CASE("a device that vanishes during the walk is left out") {
  HolderWorld world;
  world.device("sda").device("md0", {"sda"});
  world.sys.remove(world.folder("md0") + "/dev");
  CHECK(render_holder_names(discover_holders(world.host(), {"sda"})) == "sda\n");
}

TEST_CASE("if a device vanishes during the walk, the walk is repeated") {
  HolderWorld world;
  world.device("sda").device("md0", {"sda"});
  LateTree sys(world.sys, "class/block/md0/dev");
  const Host host{sys,         world.proc,  world.dev,
                  world.scsi,  world.udev,  world.device_mapper,
                  world.tools, world.clock, world.devices};
  CHECK(render_holder_names(discover_holders(host, {"sda"})) == "sda\n`-- md0\n");
}

TEST_CASE("a named partition map means itself, and is reported") {
  HolderWorld world;
  add_multipath(world);
  world.map("dm-2", "data", "LVM-0000000000000000000000000000000v1", {"dm-1"});
  const HolderGraph by_map = discover_holders(world.host(), {"dm-1"});
  const HolderGraph by_partition = discover_holders(world.host(), {"sda1"});
  CHECK((by_map.nodes == by_partition.nodes));
  CHECK(render_holder_names(by_map) == "dm-1\n`-- dm-2\n");
  REQUIRE(by_map.findings.size() == 1);
  CHECK(by_map.findings.front().text.find("stays") != std::string::npos);
}

TEST_CASE("invalid names in holders are skipped") {
  HolderWorld world;
  world.device("sda");
  world.sys.link(world.folder("sda") + "/holders/a\nb", "/nowhere");
  CHECK(discover_holders(world.host(), {"sda"}).nodes.size() == 1);
}

TEST_CASE("a ring of holders is an error") {
  HolderWorld world;
  world.device("sda").map("dm-0", "a", "", {"sda"}).map("dm-1", "b", "", {"dm-0"});
  world.map("dm-0", "a", "", {"dm-1"});
  const HolderGraph graph = discover_holders(world.host(), {"sda"});
  CHECK(graph.nodes.size() == 3);
  CHECK_FALSE(plan_teardown(graph, {}).has_value());
}

TEST_CASE("mounts of all namespaces are found once, with a process in each") {
  HolderWorld world;
  world.device("sda");
  const std::string number = to_string(world.number("sda"));
  world.process(100, "multipath", 1,
                "20 1 0:30 / / rw shared:1 - tmpfs none rw\n"
                "21 20 " +
                    number + " / /srv rw shared:2 - ext4 /dev/sda rw\n");
  world.process(200, "nginx", 2,
                "40 1 0:30 / / rw master:1 - tmpfs none rw\n"
                "41 40 " +
                    number +
                    " / /srv rw master:2 - ext4 /dev/sda rw\n"
                    "42 40 " +
                    number + " / /kept\\040here rw - ext4 /dev/sda rw\n");
  world.process(201, "nginx", 2, "");
  const HolderGraph graph = discover_holders(world.host(), {"sda"});
  const auto& mounts = node_of(graph, "sda").mounts;
  REQUIRE(mounts.size() == 3);
  CHECK(mounts[0].own_name_space);
  CHECK(mounts[1].follows);
  CHECK_FALSE(mounts[2].follows);
  CHECK(mounts[2].mount_point == "/kept here");
  CHECK(mounts[2].seen_by.pid == 200);
}

TEST_CASE("a mount of another device below one of ours is reported") {
  HolderWorld world;
  world.device("sda");
  world.process(100, "multipath", 1,
                "21 1 " + to_string(world.number("sda")) +
                    " / /srv rw - ext4 /dev/sda rw\n"
                    "22 21 0:50 / /srv/tmp rw - tmpfs none rw\n");
  const HolderGraph graph = discover_holders(world.host(), {"sda"});
  CHECK(node_of(graph, "sda").mounts.at(0).covered_by == std::vector<std::string>{"/srv/tmp"});
}

TEST_CASE("the root file system protects its devices, a container's does not") {
  HolderWorld world;
  world.device("sda").device("sdb");
  world.process(100, "multipath", 1,
                "21 1 " + to_string(world.number("sda")) + " / / rw - ext4 /dev/sda rw\n");
  world.process(200, "sh", 2,
                "31 1 " + to_string(world.number("sdb")) + " / / rw - ext4 /dev/sdb rw\n");
  const HolderGraph graph = discover_holders(world.host(), {"sda", "sdb"});
  CHECK(node_of(graph, "sda").protection == "/ is on it");
  CHECK(node_of(graph, "sdb").protection.empty());
}

TEST_CASE("root on LVM on crypt on multipath protects each path") {
  HolderWorld world;
  add_multipath(world);
  world.map("dm-2", "luks", "CRYPT-LUKS2-abc-luks", {"dm-1"});
  world.map("dm-3", "vg-root", vg("00000000000000000000000000000001"), {"dm-2"});
  world.process(100, "multipath", 1,
                "21 1 " + to_string(world.number("dm-3")) + " / / rw - ext4 /dev/dm-3 rw\n");
  for (const char* name : {"sda", "sdb", "dm-0"}) {
    const auto plan = plan_teardown(discover_holders(world.host(), {name}), {});
    REQUIRE(plan.has_value());
    CHECK(is_protected(plan->blockers));
  }
}

TEST_CASE("a system without mdstat, swaps and daemons works") {
  HolderWorld world;
  world.device("sda");
  const HolderGraph graph = discover_holders(world.host(), {"sda"});
  CHECK_FALSE(graph.multipathd_runs);
  CHECK(plan_teardown(graph, {}).value().steps.empty());
}

TEST_CASE("the only swap is protected, one of two is not") {
  HolderWorld world;
  world.device("sda").partition("sda", "sda1").partition("sda", "sda10").device("sdb");
  const std::string header = "Filename Type Size Used Priority\n";
  world.proc.file("swaps", header + "/dev/sda10 partition 100 7 -2\n");
  HolderGraph graph = discover_holders(world.host(), {"sda"});
  CHECK(node_of(graph, "sda1").swaps.empty());
  CHECK(node_of(graph, "sda10").swaps.at(0).used_kib == 7);
  CHECK(node_of(graph, "sda10").protection == "it is the only swap");
  world.proc.file("swaps", header + "/dev/sda10 partition 100 7 -2\n/dev/sdb partition 100 0 -3\n");
  graph = discover_holders(world.host(), {"sda"});
  CHECK(node_of(graph, "sda10").protection.empty());
}

TEST_CASE("loops over a device or a file on it are holders") {
  HolderWorld world;
  world.device("sda").device("loop0").device("loop1").device("loop2");
  world.attribute("loop0", "loop/backing_file", "/dev/sda");
  world.attribute("loop1", "loop/backing_file", "/srv/image (deleted)");
  world.attribute("loop2", "loop/backing_file", "/elsewhere");
  world.map("dm-0", "inner", "", {"loop1"});
  world.process(100, "multipath", 1,
                "20 1 0:30 / / rw - tmpfs none rw\n"
                "21 20 " +
                    to_string(world.number("sda")) + " / /srv rw - ext4 /dev/sda rw\n");
  CHECK(render_holder_names(discover_holders(world.host(), {"sda"})) ==
        "sda\n|-- loop0\n`-- loop1\n    `-- dm-0\n");
}

TEST_CASE("all volumes of an affected group are included") {
  HolderWorld world;
  world.device("sda").device("sdb");
  world.map("dm-0", "vg-a", vg("00000000000000000000000000000001"), {"sda"});
  world.map("dm-1", "vg-b", vg("00000000000000000000000000000002"), {"sdb"});
  world.map("dm-2", "on-b", "", {"dm-1"});
  const HolderGraph graph = discover_holders(world.host(), {"sda"});
  CHECK(node_of(graph, "dm-0").reach == Reach::above);
  CHECK(node_of(graph, "dm-1").reach == Reach::collateral);
  CHECK(node_of(graph, "dm-2").reach == Reach::collateral);
  CHECK(node_of(graph, "sdb").reach == Reach::leg);
}

TEST_CASE("a cache set includes its bcaches and devices") {
  HolderWorld world;
  world.device("sda").device("sdb").device("bcache0", {"sda", "sdb"});
  world.attribute("bcache0", "bcache/state", "clean");
  for (const char* name : {"sda", "sdb"}) world.sys.folder(world.folder(name) + "/bcache");
  world.sys.link(world.folder("sda") + "/bcache/cache", "/fs/bcache/uuid");
  world.sys.link(world.folder("sda") + "/bcache/dev", "/" + world.folder("bcache0"));
  world.sys.link(world.folder("sdb") + "/bcache/set", "/fs/bcache/uuid");
  world.sys.link("fs/bcache/uuid/bdev0", "/" + world.folder("sda") + "/bcache");
  world.sys.link("fs/bcache/uuid/cache0", "/" + world.folder("sdb") + "/bcache");
  world.sys.link(world.folder("bcache0") + "/bcache/cache", "/fs/bcache/uuid");
  const HolderGraph graph = discover_holders(world.host(), {"sda"});
  CHECK(node_of(graph, "bcache0").group == "uuid");
  CHECK(node_of(graph, "bcache0").members == std::vector<std::string>{"sda", "sdb"});
  CHECK(node_of(graph, "sdb").reach == Reach::leg);
  CHECK(node_of(graph, "sda").bcache_member);
}

TEST_CASE("a volume of an md container is a holder of the container") {
  HolderWorld world;
  world.device("sda").device("md0", {"sda"}).device("md127", {"sda"});
  world.attribute("md0", "md/metadata_version", "external:imsm");
  world.attribute("md127", "md/metadata_version", "external:/md0/0");
  CHECK(render_holder_names(discover_holders(world.host(), {"sda"})) ==
        "sda\n|-- md0\n|   `-- md127\n`-- md127  (above)\n");
}

TEST_CASE("mdmon blocks only outside its own container") {
  HolderWorld world;
  world.device("sda").device("sdb").device("md127", {"sda"}).device("md0", {"md127", "sda"});
  world.attribute("md127", "md/metadata_version", "external:ddf");
  world.attribute("md0", "md/metadata_version", "external:/md127/0");
  world.process(7, "mdmon", 1, "");
  world.proc.link("7/fd/3", "/dev/sda").link("7/fd/4", "/dev/sdb");
  const auto blockers = [&](const char* disk) {
    return find_blockers(discover_holders(world.host(), {disk}), {}).size();
  };
  CHECK(blockers("sda") == 0);
  CHECK(blockers("sdb") == 1);
}

TEST_CASE("processes with an open device, file or directory are named") {
  HolderWorld world;
  world.device("sda");
  world.process(100, "multipath", 1,
                "21 1 " + to_string(world.number("sda")) + " / /srv rw - ext4 /dev/sda rw\n");
  world.process(300, "dd", 1, "");
  world.proc.link("300/fd/3", "/dev/sda").link("300/fd/4", "/srv/file (deleted)");
  world.proc.link("300/fd/5", "socket:[1]").link("300/cwd", "/srv/x");
  world.proc.file("300/cgroup", "0::/system.slice/dd.service\n");
  const HolderGraph graph = discover_holders(world.host(), {"sda"});
  const auto& openers = node_of(graph, "sda").openers;
  REQUIRE(openers.size() == 3);
  CHECK(openers[0].what == "working directory /srv/x");
  CHECK(openers[0].process == Process{300, "dd", {ProcessUnit::Manager::system, "dd.service"}});
}

TEST_CASE("a file system without a visible mount is found in /sys/fs") {
  HolderWorld world;
  world.device("sda");
  world.sys.folder("fs/ext4/sda");
  CHECK(node_of(discover_holders(world.host(), {"sda"}), "sda").hidden_file_system == "ext4");
}

TEST_CASE("files that keep a mount namespace without a process are found") {
  HolderWorld world;
  world.device("sda");
  world.process(100, "multipath", 1,
                "21 1 0:4 mnt:[77] /run/kept rw - nsfs nsfs rw\n"
                "22 1 0:4 mnt:[2] /run/used rw - nsfs nsfs rw\n"
                "23 1 0:4 net:[78] /run/netns/x rw - nsfs nsfs rw\n"
                "24 1 0:4 mnt:[x] /run/bad rw - nsfs nsfs rw\n");
  world.process(200, "other", 2, "31 1 0:30 / /tmp rw - tmpfs tmpfs rw\n");
  CHECK(discover_holders(world.host(), {"sda"}).kept_name_spaces ==
        std::vector<std::string>{"/run/kept"});
}

TEST_CASE("LIO and nvmet exports of a device are seen") {
  HolderWorld world;
  world.device("sda");
  const std::string store = "kernel/config/target/core/iblock_0/disk";
  world.sys.file(store + "/udev_path", "/dev/sda\n").file(store + "/enable", "1\n");
  CHECK(node_of(discover_holders(world.host(), {"sda"}), "sda").exports ==
        std::vector<std::string>{"LIO iblock_0/disk"});
}

TEST_CASE("a btrfs on two devices is mounted from both") {
  HolderWorld world;
  world.device("sda").device("sdb");
  world.sys.folder("fs/btrfs/uuid/devices/sda").folder("fs/btrfs/uuid/devices/sdb");
  world.process(100, "multipath", 1, "21 1 0:44 / /srv rw - btrfs /dev/sda rw\n");
  const HolderGraph graph = discover_holders(world.host(), {"sda", "sdb"});
  CHECK(node_of(graph, "sdb").mounts.size() == 1);
  const auto plan = plan_teardown(graph, {});
  REQUIRE(plan.has_value());
  REQUIRE(plan->steps.size() == 1);
  REQUIRE(plan->steps.front().undo.size() == 2);
  CHECK(plan->steps.front().undo.front() == "btrfs device scan /dev/sda /dev/sdb");
}

TEST_CASE("LVM names are split by LVM's rule") {
  CHECK(parse_lvm_name("vg-lv") == LvmName{"vg", "lv", ""});
  CHECK(parse_lvm_name("vg--a-lv--b--c-real") == LvmName{"vg-a", "lv-b-c", "real"});
  CHECK(parse_lvm_name("vg----a-lv") == LvmName{"vg--a", "lv", ""});
  for (const char* bad : {"", "-", "vg", "vg-", "-lv", "vg--lv"}) CHECK_FALSE(parse_lvm_name(bad));
  CHECK(is_hidden_volume({"vg", "data_rimage_10", ""}));
  CHECK(is_hidden_volume({"vg", "pool", "tpool"}));
  CHECK_FALSE(is_hidden_volume({"vg", "data_1", ""}));
}

TEST_CASE("octal escapes are decoded") {
  CHECK(unescape_octal("a\\040b\\134") == "a b\\");
  CHECK(unescape_octal("\\9\\04") == "\\9\\04");
}

TEST_CASE("holders of a path outside its map are in the graph") {
  HolderWorld world;
  add_multipath(world);
  const HolderGraph idle = discover_holders(world.host(), {"sda"});
  CHECK_FALSE(idle.find("sda"));
  CHECK_FALSE(idle.find("sda1"));
  world.map("dm-5", "vg-lv", vg("a"), {"sda1"});
  for (const char* target : {"sda", "sdb", "dm-0"}) {
    CAPTURE(target);
    const HolderGraph graph = discover_holders(world.host(), {target});
    CHECK(node_of(graph, "sda").reach == Reach::path);
    CHECK(node_of(graph, "sda").path_of == "a path of mpatha");
    CHECK(node_of(graph, "dm-5").on_path == "sda1");
    CHECK_FALSE(graph.find("sdb"));
    CHECK(node_of(graph, "dm-0").uses.empty());
    // The volume goes before the map.
    const auto teardown = plan_teardown(graph, {});
    REQUIRE(teardown);
    REQUIRE(teardown->steps.size() == 3);
    CHECK(teardown->steps.front().name == "dm-5");
    CHECK(teardown->steps.back().name == "dm-0");
    CHECK_FALSE(find_remaining_users(graph).empty());
  }
}

TEST_CASE("multipathd's open paths do not count as use of the unit") {
  HolderWorld world;
  add_multipath(world);
  for (const char* command : {"multipathd", "dd"}) {
    CAPTURE(command);
    world.process(200, command, 1, "20 1 0:30 / / rw - tmpfs none rw\n");
    world.proc.link("200/fd/3", "/dev/sdb");
    const HolderGraph graph = discover_holders(world.host(), {"sda"});
    CHECK(graph.find("sdb").has_value() == (command == std::string("dd")));
  }
}
