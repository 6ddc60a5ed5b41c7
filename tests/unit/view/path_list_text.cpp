#include "multipath/view/path_list_text.h"

#include <span>
#include <string>
#include <variant>
#include <vector>

#include <doctest/doctest.h>

using namespace multipath;

namespace {

Path disk(const char* kname, std::uint32_t host, DeviceNumber number, int priority) {
  Path path;
  path.kname = kname;
  path.number = number;
  path.address = {.host = host, .channel = 0, .target = 0, .lun = 0};
  path.wwid = Wwid::from_text("1Linux_scsi_debug_3000");
  path.vendor = "Linux";
  path.product = "scsi_debug";
  path.revision = "0191";
  path.priority = priority;
  return path;
}

Path path_of_array() {
  Path path;
  path.kname = "sdb";
  path.address = {3, 0, 0, 1};
  path.vendor = "PURE";
  path.product = "FlashArray";
  path.state = DeviceState::running;
  return path;
}

}  // namespace

TEST_CASE("an empty path list is one line") {
  CHECK(render_path_list({}) == "===== no paths =====\n");
}

TEST_CASE("the list of paths has the known table form") {
  const std::vector<Path> paths = {disk("sdc", 0, {8, 32}, 50), disk("sdk", 10, {8, 160}, 10),
                                   disk("sdb", 2, {8, 16}, 1)};
  CHECK(render_path_list(paths) ==
        "===== paths list =====\n"
        "uuid                   hcil     dev dev_t pri dm_st chk_st vend/prod/rev    dev_st \n"
        "1Linux_scsi_debug_3000 0:0:0:0  sdc 8:32  50  undef undef  Linux,scsi_debug unknown\n"
        "1Linux_scsi_debug_3000 10:0:0:0 sdk 8:160 10  undef undef  Linux,scsi_debug unknown\n"
        "1Linux_scsi_debug_3000 2:0:0:0  sdb 8:16  1   undef undef  Linux,scsi_debug unknown\n");
}

TEST_CASE("a path of a map has its state in the map") {
  CurrentMap map;
  map.status.emplace();
  map.status->groups.push_back(
      {GroupStatus::active, {{{8, 0}, PathDmState::active, 0}, {{8, 16}, PathDmState::failed, 3}}});
  const std::vector<Path> paths = {disk("sda", 0, {8, 0}, 1), disk("sdb", 1, {8, 16}, 1),
                                   disk("sdc", 2, {8, 32}, 1)};
  const std::string text = render_path_list(paths, std::span(&map, 1));
  CHECK(text.find(" sda 8:0   1   active undef ") != std::string::npos);
  CHECK(text.find(" sdb 8:16  1   failed undef ") != std::string::npos);
  CHECK(text.find(" sdc 8:32  1   undef  undef ") != std::string::npos);
}

TEST_CASE("paths without an identity or a priority keep their columns") {
  auto path = disk("sda", 0, {8, 0}, 0);
  path.wwid.reset();
  path.priority.reset();
  CHECK(render_path_list(std::vector{path}) ==
        "===== paths list =====\n"
        "uuid hcil    dev dev_t pri dm_st chk_st vend/prod/rev    dev_st \n"
        "     0:0:0:0 sda 8:0   -1  undef undef  Linux,scsi_debug unknown\n");
}

TEST_CASE("the list of paths shows the results of queries") {
  auto path = disk("sda", 0, {8, 0}, 50);
  path.checker_state = CheckerState::faulty;
  path.state = DeviceState::offline;
  path.vendor.clear();
  path.product = "a\nb";
  CHECK(render_path_list(std::vector{path}).ends_with(" 50  undef faulty ##,a.b        offline\n"));
}

TEST_CASE("a healthy path shows its identity, source and state") {
  Path path = path_of_array();
  path.wwid = Wwid::from_text("3624a");
  path.identity_source = IdentitySource::page_83;
  path.checker_state = CheckerState::ready;
  path.priority = 50;
  std::get<ScsiPath>(path.transport).hardware_handler = "alua";
  path.holders = {"dm-3", "md0"};
  CHECK(path_summary(path) ==
        "3:0:0:1 PURE,FlashArray, running; WWID 3624a by page 0x83; checker ready, priority 50; "
        "device handler alua; held by dm-3, md0");
}

TEST_CASE("a silent path shows why, an excluded one that it is excluded") {
  Path path = path_of_array();
  path.checker_state = CheckerState::faulty;
  path.trouble = "no answer within 5 s";
  CHECK(path_summary(path) ==
        "3:0:0:1 PURE,FlashArray, running; no WWID; checker faulty; no answer within 5 s");
  Path local = path_of_array();
  local.excluded = true;
  local.trouble = "a local disk";
  CHECK(path_summary(local) == "3:0:0:1 PURE,FlashArray, running; never a path; a local disk");
}
