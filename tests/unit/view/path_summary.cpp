#include <variant>

#include <doctest/doctest.h>

#include "multipath/view/path_list_text.h"

using namespace multipath;

namespace {

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
