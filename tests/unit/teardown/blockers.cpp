#include "multipath/teardown/blockers.h"

#include <algorithm>

#include <doctest/doctest.h>

#include "multipath/teardown/teardown.h"
#include "tests/support/holder_world.h"

using namespace multipath;
using tests::GraphMaker;
using tests::mount_on;

namespace {

ProcessUnit system_unit(const std::string& name) { return {ProcessUnit::Manager::system, name}; }

std::vector<std::string> codes(const std::vector<Blocker>& blockers) {
  std::vector<std::string> result;
  for (const Blocker& blocker : blockers) result.push_back(blocker.code);
  return result;
}

using Codes = std::vector<std::string>;

GraphMaker disk_with_map() {
  GraphMaker maker;
  maker.add("sda");
  maker.add("dm-0", {"sda"});
  maker.base("sda");
  return maker;
}

}  // namespace

TEST_CASE("each unrequested effect blocks, with its source and remedy") {
  GraphMaker maker = disk_with_map();
  maker.at("dm-0").mounts = {mount_on("/srv", 10)};
  maker.at("dm-0").swaps = {{"/srv/swap", true, 8}};
  const auto blockers = find_blockers(maker.graph(), {});
  CHECK(codes(blockers) == Codes{"mounted", "swap"});
  CHECK(std::ranges::none_of(
      blockers, [](const Blocker& b) { return b.source.empty() || b.remedy.empty(); }));
  TeardownOptions planning_options;
  planning_options.unmount = planning_options.swap_off = true;
  HolderGraph graph = maker.graph();
  graph.memory_available_kib = 8;
  CHECK(find_blockers(graph, planning_options).empty());
  graph.memory_available_kib = 7;
  CHECK(codes(find_blockers(graph, planning_options)) == Codes{"swap-memory"});
}

TEST_CASE("a mount in another namespace is named with the process that sees it") {
  GraphMaker maker = disk_with_map();
  HolderMount mount = mount_on("/data", 50);
  mount.own_name_space = false;
  mount.name_space = 4026531841;
  mount.seen_by = {4120, "nginx", system_unit("docker-9f2.scope")};
  maker.at("dm-0").mounts = {mount};
  TeardownOptions planning_options;
  planning_options.unmount = true;
  const auto blockers = find_blockers(maker.graph(), planning_options);
  REQUIRE(codes(blockers) == Codes{"mounted-elsewhere"});
  CHECK(blockers[0].detail ==
        "map0 (ext4) is mounted on /data in mount namespace 4026531841 of nginx, pid 4120, "
        "docker-9f2.scope");
  CHECK(blockers[0].remedy == "systemctl stop docker-9f2.scope, or --umount-ns");
  planning_options.unmount_elsewhere = true;
  CHECK(find_blockers(maker.graph(), planning_options).empty());
}

TEST_CASE("a mount of another device below one of ours blocks") {
  GraphMaker maker = disk_with_map();
  maker.at("dm-0").mounts = {mount_on("/srv", 10)};
  maker.at("dm-0").mounts[0].covered_by = {"/srv/nfs"};
  TeardownOptions planning_options;
  planning_options.unmount = true;
  CHECK(codes(find_blockers(maker.graph(), planning_options)) == Codes{"mounted-over"});
}

TEST_CASE("a process that has a file or the device open is named with its unit") {
  GraphMaker maker = disk_with_map();
  maker.at("dm-0").openers = {
      {{812, "postgres", system_unit("postgresql.service")}, "/srv/pg", false},
      {{9, "dd", {}}, "/dev/dm-0", true}};
  const auto blockers = find_blockers(maker.graph(), {});
  REQUIRE(codes(blockers) == Codes{"file-in-use", "open"});
  CHECK(blockers[0].detail == "postgres, pid 812, postgresql.service has /srv/pg of map0");
  CHECK(blockers[0].remedy == "systemctl stop postgresql.service");
  CHECK(blockers[1].remedy == "end process 9");
}

TEST_CASE("a printed remedy can be pasted") {
  GraphMaker maker = disk_with_map();
  Holder& node = maker.at("dm-0");
  node.dm_name = "-m;$(id)";
  node.mounts = {mount_on("/mnt/a;touch pwned #", 10), mount_on("/mnt/\x1b[2J", 11)};
  node.mounts[0].covered_by = {"/mnt/`id`"};
  node.swaps = {{"/swap file", true, 0}};
  node.pool = "tank$x";
  node.suspended = node.queues_without_paths = true;
  node.openers = {
      {{7, "sh", {ProcessUnit::Manager::user, "sshd.service", 1000}}, "/srv/pg", false}};
  std::vector<std::string> remedies;
  for (const Blocker& blocker : find_blockers(maker.graph(), {}))
    remedies.push_back(blocker.remedy);
  CHECK(remedies == std::vector<std::string>{
                        "umount '/mnt/`id`'", "--umount, or umount '/mnt/a;touch pwned #'",
                        "--umount, or # not shown: a name in this command has bytes that are not "
                        "printable text",
                        "--swapoff, or swapoff '/swap file'",
                        "systemctl --user -M 1000@ stop sshd.service", "zpool export 'tank$x'",
                        "dmsetup resume -- '-m;$(id)'",
                        "restore a path, or dmsetup message -- '-m;$(id)' 0 fail_if_no_path"});
}

TEST_CASE("an unknown kind of device is a named blocker and never a step") {
  GraphMaker maker = disk_with_map();
  maker.at("dm-0").kind = HolderKind::unknown;
  maker.at("dm-0").what = "VDO device";
  const auto plan = plan_teardown(maker.graph(), {});
  REQUIRE(plan.has_value());
  CHECK(plan->steps.empty());
  CHECK(codes(plan->blockers) == Codes{"unknown-device"});
}

TEST_CASE("only an unexplained open count blocks") {
  GraphMaker maker = disk_with_map();
  maker.add("dm-1", {"dm-0"});
  maker.at("dm-0").open_count = 1;
  CHECK(find_blockers(maker.graph(), {}).empty());
  maker.at("dm-0").open_count = 2;
  CHECK(codes(find_blockers(maker.graph(), {})) == Codes{"busy"});
}

TEST_CASE("swap has its device open twice, a loop over a file not at all") {
  GraphMaker maker = disk_with_map();
  maker.at("dm-0").swaps = {{"/dev/dm-0", false, 0}};
  maker.at("dm-0").open_count = 2;
  TeardownOptions planning_options;
  planning_options.swap_off = true;
  CHECK(find_blockers(maker.graph(), planning_options).empty());
  maker.add("loop0", {"dm-0"}).backing = "/srv/image";
  maker.at("dm-0").open_count = 3;
  CHECK(codes(find_blockers(maker.graph(), planning_options)) == Codes{"busy"});
}

TEST_CASE("devices of the running system are protected unless named") {
  GraphMaker maker = disk_with_map();
  maker.at("dm-0").protection = "/ is on it";
  CHECK(is_protected(find_blockers(maker.graph(), {})));
  TeardownOptions planning_options;
  planning_options.force_protected = {"dm-1"};
  CHECK(is_protected(find_blockers(maker.graph(), planning_options)));
  planning_options.force_protected = {"dm-0"};
  CHECK(find_blockers(maker.graph(), planning_options).empty());
}

TEST_CASE("a leg on an unnamed device is collateral, and so is its volume") {
  GraphMaker maker = disk_with_map();
  maker.add("sdz").reach = Reach::leg;
  maker.volume("dm-1", "vg0", "a", {"sda", "sdz"});
  maker.volume("dm-2", "vg0", "b", {"sdz"}).reach = Reach::collateral;
  const auto blockers = find_blockers(maker.graph(), {});
  REQUIRE(codes(blockers) == Codes{"collateral", "collateral"});
  CHECK(blockers[0].remedy == "also name sdz, or --allow-collateral");
  TeardownOptions planning_options;
  planning_options.allow_collateral = true;
  const auto plan = plan_teardown(maker.graph(), planning_options);
  REQUIRE(plan.has_value());
  CHECK(plan->blockers.empty());
  CHECK(plan->steps[0].covers.size() == 2);
}

TEST_CASE("suspended maps and queueing maps without a path block") {
  GraphMaker maker = disk_with_map();
  maker.at("dm-0").suspended = true;
  maker.at("dm-0").queues_without_paths = true;
  CHECK(codes(find_blockers(maker.graph(), {})) == Codes{"suspended", "queueing"});
}

TEST_CASE("exports and imported pools block") {
  GraphMaker maker = disk_with_map();
  maker.at("dm-0").exports = {"LIO iblock_0/disk1"};
  maker.at("sda").pool = "tank";
  CHECK(codes(find_blockers(maker.graph(), {})) == Codes{"exported", "pool"});
}

TEST_CASE("a file system that is mounted invisibly blocks") {
  GraphMaker maker = disk_with_map();
  maker.at("dm-0").hidden_file_system = "ext4";
  CHECK(codes(find_blockers(maker.graph(), {})) == Codes{"mounted-hidden"});
}

TEST_CASE("the check is stricter than a plan: any map blocks") {
  GraphMaker maker;
  maker.add("sda");
  maker.add("sda1", {"sda"});
  maker.base("sda");
  CHECK(find_remaining_users(maker.graph()).empty());
  maker.add("dm-0", {"sda"});
  CHECK(codes(find_remaining_users(maker.graph())) == Codes{"device"});
}

TEST_CASE("the NFS server and guests are blockers with remedies") {
  GraphMaker maker = disk_with_map();
  maker.at("dm-0").nfs_exports = {{"/srv/my data", "192.168.1.0/24"}};
  maker.at("dm-0").openers = {
      {{7, "qemu", {ProcessUnit::Manager::virtual_machine, "machine-a.scope", 0, "vm1", "libvirt"}},
       "/dev/dm-0",
       true}};
  const auto blockers = find_blockers(maker.graph(), {});
  REQUIRE(codes(blockers) == Codes{"open", "exported"});
  CHECK(blockers[0].remedy == "virsh shutdown vm1");
  CHECK(blockers[1].detail ==
        "/srv/my data on map0 is exported by the NFS server to 192.168.1.0/24");
  CHECK(blockers[1].remedy == "exportfs -u '192.168.1.0/24:/srv/my data'");
}

TEST_CASE("many open files of a unit are one blocker that names three") {
  GraphMaker maker = disk_with_map();
  for (int i = 0; i < 40; ++i)
    maker.at("dm-0").openers.push_back(
        {{800 + i % 4, "postgres", system_unit("db.service")}, "/srv/" + std::to_string(i), false});
  TeardownOptions planning_options;
  REQUIRE(find_blockers(maker.graph(), planning_options).size() == 1);
  CHECK(find_blockers(maker.graph(), planning_options)[0].detail ==
        "4 processes of db.service (postgres, pid 800...) have /srv/0, /srv/1, /srv/2 and 37 more "
        "of map0");
  planning_options.files = ShownFiles::all;
  CHECK(find_blockers(maker.graph(), planning_options)[0].detail.ends_with("/srv/39 of map0"));
}
