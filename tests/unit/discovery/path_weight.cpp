#include "multipath/discovery/path_weight.h"

#include <doctest/doctest.h>

using namespace multipath;

namespace {

PathFacts path() {
  PathFacts facts;
  facts.kname = "sdb";
  facts.address = {.host = 4, .channel = 0, .target = 1, .lun = 12};
  facts.serial = "ABC123";
  facts.world_wide_names = "0x20:0x10:0x50:0x51";
  return facts;
}

std::optional<int> weight(std::string_view arguments) {
  return weighted_priority(arguments, path()).priority;
}

}  // namespace

TEST_CASE("weightedpath compares what its first word says") {
  CHECK(weight("hbtl 1:.:.:. 2 4:.:.:. 4") == 4);
  CHECK(weight("devname sda 10 sdb 20") == 20);
  CHECK(weight("serial ^ABC 7") == 7);
  CHECK(weight("wwn 0x51$ 9") == 9);
}

TEST_CASE("weightedpath: the first that matches counts, none is 0") {
  CHECK(weight("devname sd. 1 sdb 20") == 1);
  CHECK(weight("devname sdc 10") == 0);
  CHECK(weight("\tdevname   sdb\t20  ") == 20);
}

TEST_CASE("weightedpath: an expression without a priority matches nothing") {
  CHECK(weight("devname sdb") == 0);
  CHECK(weight("devname sda 1 sdb") == 0);
}

TEST_CASE("weightedpath: invalid arguments give 0 with the reason") {
  CHECK(weighted_priority("", path()) == Prioritized{0, "weightedpath has no prio_args"});
  CHECK(weighted_priority("wwpn x 1", path()).text ==
        "weightedpath: prio_args begin with 'wwpn', not with hbtl, devname, serial or wwn");
  CHECK(weighted_priority("devname sdb ten", path()).text ==
        "weightedpath: 'ten' is not a priority");
  CHECK(weight("devname sdb -5") == 0);
  CHECK(weight("devname sdb 99999999999") == 0);
}

TEST_CASE("weightedpath: an invalid expression is skipped and named") {
  const auto found = weighted_priority("devname sd(b 1 sdb 20", path());
  CHECK(found.priority == 20);
  CHECK(found.text.find("'sd(b' is not an expression") != std::string::npos);
}

TEST_CASE("weightedpath: a path without a serial number has an empty one") {
  auto facts = path();
  facts.serial.reset();
  CHECK(weighted_priority("serial ABC 7 ^$ 3", facts).priority == 3);
}
