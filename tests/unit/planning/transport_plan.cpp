#include "multipath/planning/transport_plan.h"

#include <doctest/doctest.h>

using namespace multipath;
using Pairs = std::vector<std::pair<std::string, std::string>>;

namespace {

constexpr const char* deadline_of_host_1 = "class/scsi_host/host1/eh_deadline";
constexpr const char* deadline_of_host_2 = "class/scsi_host/host2/eh_deadline";

Configuration configured(const std::string& defaults) {
  const std::vector<ConfigurationText> files{{"c", "defaults {\n" + defaults + "}\n"}};
  return Configuration::load(files).value();
}

Path path_of(const std::string& kname, std::uint32_t host, std::uint32_t minor) {
  Path path;
  path.kname = kname;
  path.number = {8, minor};
  path.address.host = host;
  path.address.lun = 7;
  return path;
}

/// A map that is to be created on sda and sdb, which are behind two host adapters.
struct World {
  World() {
    action.verb = Verb::create;
    action.desired.groups.emplace_back();
    for (const std::uint32_t host : {1U, 2U}) {
      const Path path = path_of(host == 1 ? "sda" : "sdb", host, 16 * (host - 1));
      action.desired.groups.back().paths.push_back(path);
      facts.targets[target_address(path)].attributes.emplace();
      facts.targets[target_address(path)].attributes->emplace(
          host == 1 ? deadline_of_host_1 : deadline_of_host_2, "off");
      facts.disks[path.number] = {"devices/x/block/" + path.kname, "", std::nullopt};
    }
  }
  Action planned(const Configuration& configuration) const {
    Plan plan{{action}, {}};
    plan_transport_limits(plan, configuration, facts);
    return plan.actions.front();
  }
  static Pairs writes(const Action& action) {
    Pairs pairs;
    for (const SysfsWrite& write : action.limits.writes)
      pairs.emplace_back(write.path, write.value);
    return pairs;
  }

  static Map map() {
    return {.wwid = Wwid::from_text("3600a").value(),
            .name = "mpatha",
            .features = {},
            .hardware_handler = {},
            .selector_arguments = {},
            .groups = {}};
  }

  Action action{.desired = map(), .current = std::nullopt, .reason = "new"};
  TransportFacts facts;
};

}  // namespace

TEST_CASE("a plan has the limits of its paths' transports, each file once") {
  World world;
  world.action.desired.groups.front().paths.push_back(path_of("sdc", 1, 32));
  world.facts.disks[{8, 32}] = {"devices/x/block/sdc", "", std::nullopt};
  CHECK(World::writes(world.planned(configured(" eh_deadline 30\n"))) ==
        Pairs{{deadline_of_host_1, "30"}, {deadline_of_host_2, "30"}});
}

TEST_CASE("a plan sets no limit where sysfs has the value, and none without a setting") {
  World world;
  world.facts.targets.begin()->second.attributes->begin()->second = "30";
  CHECK(World::writes(world.planned(configured(" eh_deadline 30\n"))) ==
        Pairs{{deadline_of_host_2, "30"}});
  CHECK(World::writes(world.planned(configured(""))).empty());
}

TEST_CASE("a plan sets no limits for a map that gets no table") {
  World world;
  for (const Verb verb : {Verb::nothing, Verb::rename, Verb::refuse}) {
    world.action.verb = verb;
    CHECK(World::writes(world.planned(configured(" eh_deadline 30\n"))).empty());
  }
}

TEST_CASE("a plan sets no limits for a path that is gone from sysfs") {
  World world;
  world.facts = {};
  CHECK(World::writes(world.planned(configured(" eh_deadline 30\n"))).empty());
}

TEST_CASE("paths of a map that exists keep to its max_sectors_kb") {
  World world;
  world.action.verb = Verb::reload;
  world.action.current.emplace();
  world.action.current->number = {253, 4};
  world.facts.max_sectors_kb[{253, 4}] = 512;
  for (auto& [number, disk] : world.facts.disks) {
    disk.max_sectors_file = disk.folder + "/queue/max_sectors_kb";
    disk.max_sectors = "256";
  }
  const Action planned = world.planned(configured(" max_sectors_kb 1024\n"));
  CHECK(World::writes(planned) == Pairs{{"devices/x/block/sda/queue/max_sectors_kb", "512"},
                                        {"devices/x/block/sdb/queue/max_sectors_kb", "512"}});
}
