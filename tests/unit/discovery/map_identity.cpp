// A live map belongs to the unit when any authority gives its WWID for a path of it.

#include "multipath/discovery/map_identity.h"

#include <random>
#include <set>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "multipath/host/current_maps.h"
#include "tests/support/command_run.h"
#include "tests/support/contains.h"
#include "tests/support/fake_host.h"
#include "tests/support/scsi_bytes.h"

using namespace multipath;
using scsi::DesignatorType;
using tests::contains;
using tests::FakeHost;
using tests::FakeUnit;
using tests::run_multipath;

namespace {

/// A unit with the designators; its own rule takes the best of them.
FakeUnit unit_of(const std::vector<scsi::Designator>& designators, const std::string& serial) {
  FakeUnit unit = tests::fake_disk("Linux", "scsi_debug", serial, tests::bytes({0x60}));
  unit.pages[0x83] = tests::device_identification_page(designators);
  return unit;
}

/// T10 by the own rule ("1ABC_disk1"), NAA 3 by scsi_id's ("33000000000000001").
FakeUnit two_names(int number) {
  return unit_of(
      {tests::designator(DesignatorType::t10_vendor_id, fmt::format("ABC     disk{}", number)),
       tests::designator(DesignatorType::naa, tests::bytes({0x30, 0, 0, 0, 0, 0, 0, number}))},
      fmt::format("serial{}", number));
}

struct World : FakeHost {
  void put_map(const std::string& name, const std::string& wwid, const std::string& numbers,
               std::int32_t open_count = 1) {
    std::string paths;
    int count = 0;
    for (std::string_view rest = numbers; !rest.empty(); ++count) {
      const auto blank = rest.find(' ');
      paths += fmt::format(" {} 1", rest.substr(0, blank));
      rest = blank == rest.npos ? "" : rest.substr(blank + 1);
    }
    device_mapper.put(
        {name,
         "mpath-" + wwid,
         {{0, 2048, "multipath", fmt::format("0 0 1 1 service-time 0 {} 1{}", count, paths)}},
         dm::Access::read_write});
    device_mapper.set_open_count(name, open_count);
    show_maps();
  }
  std::string plan() {
    const auto run = run_multipath(*this, {"plan"});
    return run.out + run.err;
  }
};

/// sda and sdb of the unit, in a map of that WWID.
void put_unit(World& world, const std::string& map_wwid, const FakeUnit& unit = two_names(1)) {
  world.add_disk("sda", "1:0:0:0", {8, 0}, unit);
  world.add_disk("sdb", "2:0:0:0", {8, 16}, unit);
  world.put_map("root", map_wwid, "8:0 8:16");
}

}  // namespace

TEST_CASE("a map that goes by another authority's WWID keeps its paths and its name") {
  const std::map<std::string, std::string> rules = {
      {"33000000000000001", "scsi_id's rule for page 0x83"},
      {"SLinux_scsi_debug_serial1", "page 0x80"},
      {"serial1", "page 0x80"},
      {"by-udev", "udev's property ID_SERIAL"},
      {"IBM.1", "udev's property ID_UID"},
      {"by-kernel", "the kernel's wwid"},
  };
  for (const auto& [wwid, rule] : rules) {
    CAPTURE(wwid);
    World world;
    put_unit(world, wwid);
    for (const char* address : {"1:0:0:0", "2:0:0:0"})
      world.sys.file(FakeHost::scsi_device_folder(address) + "/wwid", "by-kernel\n");
    for (const DeviceNumber number : {DeviceNumber{8, 0}, DeviceNumber{8, 16}})
      world.udev.entries[number] = {
          {"ID_SERIAL", "by-udev"}, {"ID_UID", "IBM.1"}, {"SCSI_IDENT_SERIAL", "x"}};
    const std::string plan = world.plan();
    CAPTURE(plan);
    CHECK_FALSE(contains(plan, "create"));
    CHECK_FALSE(contains(plan, "rename"));
    CHECK_FALSE(contains(plan, "the LUN was replaced"));
    CHECK_FALSE(contains(plan, "no path to it"));
    CHECK(contains(plan, "root: has WWID " + wwid));
    CHECK(contains(plan, rule));
    CHECK(contains(plan, "this program's rule results in 1ABC_disk1"));
  }
}

TEST_CASE("a unit without an own identity keeps its map named by scsi_id") {
  World world;
  put_unit(world, "0Linux_scsi_debug_DISK1",
           unit_of({tests::designator(DesignatorType::vendor_specific, "DISK1")}, "s"));
  const std::string plan = world.plan();
  CAPTURE(plan);
  CHECK(contains(plan, "scsi_id's rule for page 0x83"));
  CHECK_FALSE(contains(plan, "no path to it"));
  CHECK(contains(run_multipath(world, {"explain", "sda"}).out, "goes by 0Linux_scsi_debug_DISK1"));
}

TEST_CASE("a new path joins the map under any of its names") {
  World world;
  put_unit(world, "33000000000000001");
  world.add_disk("sdc", "3:0:0:0", {8, 32}, two_names(1));
  const std::string plan = world.plan();
  CAPTURE(plan);
  CHECK(contains(plan, "path sdc (8:32) added"));
  CHECK_FALSE(contains(plan, "create"));
}

TEST_CASE("a silent path of another unit keeps its own WWID beside such a map") {
  for (const bool is_in_a_map : {true, false}) {
    CAPTURE(is_in_a_map);
    World world;
    put_unit(world, "33000000000000001");
    world.add_disk("sdc", "1:0:0:9", {8, 32}, two_names(9));
    FakeUnit silent = two_names(9);
    silent.always = tests::not_delivered(scsi::Delivery::timed_out);
    world.add_disk("sdd", "2:0:0:9", {8, 48}, silent);
    const scsi::ByteVector page = two_names(9).pages.at(0x83);
    world.sys.file(FakeHost::scsi_device_folder("2:0:0:9") + "/vpd_pg83",
                   std::string(page.begin(), page.end()));
    world.put_map("1ABC_disk9", "1ABC_disk9", is_in_a_map ? "8:32 8:48" : "8:32");
    const std::string plan = world.plan();
    CAPTURE(plan);
    CHECK(contains(plan, "1ABC_disk9  "));
    CHECK_FALSE(contains(plan, "path sdd"));
    CHECK_FALSE(contains(plan, "reject"));
    CHECK(contains(run_multipath(world, {"explain", "sdd"}).out, "1ABC_disk9"));
    CHECK_FALSE(contains(run_multipath(world, {"explain", "sdd"}).out, "33000000000000001"));
  }
}

TEST_CASE("names of maps in printed commands are quoted for a shell") {
  World world;
  world.add_disk("sda", "1:0:0:0", {8, 0}, two_names(1));
  world.put_map("a\\x20b;id", "33000000000000001", "8:0");
  world.state_files.files["/etc/multipath.conf"] =
      "overrides {\nno_path_retry queue\n}\ndefaults {\nauto_resize never\n}\n";
  world.sys.change("class/block/sda/size", "4096\n");
  const std::string plan = world.plan();
  CAPTURE(plan);
  CHECK(contains(plan, "`multipath -f 'a\\x20b;id'`"));
  CHECK(contains(plan, "`multipath queue on 'a\\x20b;id'`"));
  CHECK(contains(plan, "`multipath resize 'a\\x20b;id'`"));
}

TEST_CASE("the event of a new path finds the map that goes by another WWID") {
  World world;
  put_unit(world, "33000000000000001");
  world.add_disk("sdc", "3:0:0:0", {8, 32}, two_names(1));
  run_multipath(world, {"event", "add", "8:32"});
  const auto* map = world.device_mapper.find("root");
  REQUIRE(map != nullptr);
  CHECK(contains(map->live->front().parameters, "8:32"));
}

TEST_CASE("a replaced unit stays in its open map and gets no second map") {
  World world;
  put_unit(world, "33000000000000009");
  const std::string plan = world.plan();
  CAPTURE(plan);
  CHECK(contains(plan, "the LUN was replaced"));
  CHECK_FALSE(contains(plan, "create"));
  CHECK_FALSE(contains(plan, "reload"));
  CHECK(contains(plan, "reject"));
  CHECK(contains(plan, "already in map root"));
}

TEST_CASE("stale udev data of a replaced unit does not count") {
  World world;
  put_unit(world, "1ABC_disk1");
  for (const char* node : {"sg0", "sg1"}) world.scsi.units.at(node) = two_names(2);
  for (const DeviceNumber number : {DeviceNumber{8, 0}, DeviceNumber{8, 16}})
    world.udev.entries[number] = {{"ID_SERIAL", "1ABC_disk1"}, {"SCSI_IDENT_SERIAL", "x"}};
  const std::string plan = world.plan();
  CAPTURE(plan);
  CHECK(contains(plan, "now identifies as 1ABC_disk2"));
}

TEST_CASE("a replaced unit among the paths of an open map is rejected") {
  World world;
  put_unit(world, "1ABC_disk1");
  world.scsi.units.at("sg1") = two_names(2);
  const std::string plan = world.plan();
  CAPTURE(plan);
  CHECK(contains(plan, "paths of an open map are not removed"));
  CHECK_FALSE(contains(plan, "reload"));
}

TEST_CASE("a section of the unit's other WWID holds for its map") {
  World world;
  put_unit(world, "33000000000000001");
  world.state_files.files["/etc/multipath.conf"] =
      "multipaths {\n  multipath {\n    wwid 1ABC_disk1\n    alias db\n  }\n}\n";
  const std::string plan = world.plan();
  CAPTURE(plan);
  CHECK(contains(plan, "name is root, should be db"));
}

TEST_CASE("the blacklist judges the WWID that the map goes by") {
  World world;
  put_unit(world, "33000000000000001");
  world.sys.link(FakeHost::scsi_device_folder("1:0:0:0") + "/block/sda/holders/dm-0",
                 "/devices/virtual/block/dm-0");
  world.state_files.files["/etc/multipath.conf"] =
      "blacklist {\n  wwid .*\n}\nblacklist_exceptions {\n  wwid 33000000000000001\n}\n";
  CHECK_FALSE(contains(world.plan(), "but excluded"));
  CHECK(run_multipath(world, {"-c", "/dev/sda"}).out == "DM_MULTIPATH_DEVICE_PATH=\"1\"\n");
}

TEST_CASE("-a of a path takes the WWID of its map") {
  World world;
  put_unit(world, "33000000000000001");
  world.sys.link(FakeHost::scsi_device_folder("1:0:0:0") + "/block/sda/holders/dm-0",
                 "/devices/virtual/block/dm-0");
  CHECK(run_multipath(world, {"-a", "/dev/sda"}).out == "wwid '33000000000000001' added\n");
}

TEST_CASE("devices of maps with their own WWID are not queried further") {
  World world;
  put_unit(world, "1ABC_disk1");
  world.plan();
  for (const scsi::Command& command : world.scsi.units.at("sg0").journal)
    CHECK_FALSE((command.cdb[0] == 0x12 && command.cdb[1] == 1 && command.cdb[2] == 0x80));
}

TEST_CASE("of two maps of one unit, the one in use keeps it") {
  World world;
  put_unit(world, "33000000000000001");
  world.put_map("second", "1ABC_disk1", "8:0 8:16", 0);
  world.add_disk("sdc", "3:0:0:0", {8, 32}, two_names(1));
  const std::string plan = world.plan();
  CAPTURE(plan);
  CHECK_FALSE(contains(plan, "the LUN was replaced"));
  CHECK(contains(plan, "second: its unit has another map"));
  CHECK(contains(plan, "path sdc (8:32) added"));
}

namespace {

/// std::uniform_int_distribution differs between libraries; a seed should not.
class Dice {
 public:
  explicit Dice(unsigned seed) : engine_(seed) {}
  int below(int end) { return static_cast<int>(engine_() % static_cast<unsigned>(end)); }
  bool one_in(int n) { return below(n) == 0; }

 private:
  std::mt19937 engine_;
};

/// Any of the names that some authority gives unit `number`, or nobody does.
std::string random_name(Dice& dice, int number) {
  switch (dice.below(6)) {
    case 0:
      return fmt::format("3300000000000000{}", number);
    case 1:
      return fmt::format("SLinux_scsi_debug_serial{}", number);
    case 2:
      return fmt::format("udev{}", number);
    case 3:
      return fmt::format("nobody{}", number);
    case 4:
      return fmt::format("my id {}", number);  // no WWID at all
    default:
      return fmt::format("1ABC_disk{}", number);
  }
}

std::string random_configuration(Dice& dice) {
  std::string text = "defaults {\n";
  if (dice.one_in(2)) text += "  find_multipaths off\n";
  if (dice.one_in(3)) text += "  user_friendly_names yes\n";
  if (dice.one_in(4)) text += "  uid_attribute ID_SERIAL\n";
  text += "}\nmultipaths {\n";
  for (int unit = 0; unit < 3; ++unit) {
    const std::string wwid = random_name(dice, unit);
    if (dice.one_in(3) && wwid.find(' ') == wwid.npos)
      text +=
          fmt::format("  multipath {{\n    wwid {}\n    alias name{}\n  }}\n", wwid, dice.below(3));
  }
  text += "}\n";
  if (dice.one_in(6)) text += fmt::format("blacklist {{\n  wwid 1ABC_disk{}\n}}\n", dice.below(3));
  return text;
}

void make_random_host(Dice& dice, World& world) {
  constexpr int disks = 6;
  std::vector<std::string> numbers;
  for (int disk = 0; disk < disks; ++disk) {
    const std::string kname = std::string("sd") + static_cast<char>('a' + disk);
    const int unit = dice.below(3);
    const DeviceNumber number = tests::sd_number(kname);
    FakeUnit& there =
        world.add_disk(kname, fmt::format("{}:0:0:0", disk + 1), number, two_names(unit));
    if (dice.one_in(3))
      world.udev.entries[number] = {{"ID_SERIAL", fmt::format("udev{}", dice.below(3))},
                                    {"SCSI_IDENT_SERIAL", "x"}};
    if (dice.one_in(6)) there = two_names(dice.below(3));
    if (dice.one_in(8)) there.pages.erase(0x83);
    if (dice.one_in(10)) there.always = tests::not_delivered(scsi::Delivery::timed_out);
    numbers.push_back(to_string(number));
  }
  std::set<std::string> taken;
  for (int map = dice.below(4); map > 0; --map) {
    const std::string wwid = random_name(dice, dice.below(3));
    if (!taken.insert(wwid).second || numbers.empty()) continue;
    std::string paths;
    for (int count = 1 + dice.below(3); count > 0 && !numbers.empty(); --count) {
      const auto which = numbers.begin() + dice.below(static_cast<int>(numbers.size()));
      paths += (paths.empty() ? "" : " ") + *which;
      numbers.erase(which);
    }
    const std::string name = dice.one_in(2) ? fmt::format("map{}", map)
                             : dice.one_in(2)
                                 ? fmt::format("name{}", map)
                                 : fmt::format("mpath{}", static_cast<char>('a' + map));
    world.put_map(name, wwid, paths, dice.below(2));
  }
  world.state_files.files["/etc/multipath.conf"] = random_configuration(dice);
}

using PathsOfMaps = std::map<std::string, std::set<DeviceNumber>>;  // by uuid

PathsOfMaps paths_of_maps(dm::DeviceMapper& mapper) {
  std::vector<Finding> findings;
  PathsOfMaps result;
  for (const CurrentMap& map : read_maps(mapper, findings)) result[map.uuid] = path_numbers(map);
  return result;
}

/// Paths that are in two maps.
std::set<DeviceNumber> shared_paths(const PathsOfMaps& maps) {
  std::set<DeviceNumber> met, shared;
  for (const auto& [uuid, paths] : maps) {
    for (const DeviceNumber number : paths)
      if (!met.insert(number).second) shared.insert(number);
  }
  return shared;
}

}  // namespace

TEST_CASE("no run puts a path into two maps or takes it from an open map") {
  for (unsigned seed = 0; seed < 400; ++seed) {
    CAPTURE(seed);
    Dice dice(seed);
    World world;
    make_random_host(dice, world);
    const PathsOfMaps before = paths_of_maps(world.device_mapper);
    std::set<std::string> open;
    for (const dm::Device& device : world.device_mapper.list()) {
      if (world.device_mapper.find(device.name)->open_count > 0) open.insert(*device.uuid);
    }
    const bool blacklists = contains(world.state_files.files["/etc/multipath.conf"], "blacklist");
    for (int run = 0; run < 2; ++run) {
      const auto output = run_multipath(world, {"apply"});
      INFO(output.out, output.err, world.state_files.files["/etc/multipath.conf"]);
      const PathsOfMaps after = paths_of_maps(world.device_mapper);
      REQUIRE(shared_paths(after).empty());
      if (blacklists) continue;
      for (const std::string& uuid : open) {
        REQUIRE(after.contains(uuid));
        for (const DeviceNumber number : before.at(uuid)) REQUIRE(after.at(uuid).contains(number));
      }
    }
  }
}
