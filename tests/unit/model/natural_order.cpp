#include "multipath/model/natural_order.h"

#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace multipath;

namespace {

std::vector<std::string> sorted(std::vector<std::string> names) {
  std::ranges::sort(names, NaturalLess{});
  return names;
}

}  // namespace

TEST_CASE("disks are sorted in the kernel's order") {
  CHECK(sorted({"dm-10", "sdab", "sdz", "dm-2", "sdaa", "sda"}) ==
        std::vector<std::string>{"dm-2", "dm-10", "sda", "sdz", "sdaa", "sdab"});
  CHECK(sorted({"vdaa", "vdb", "xvdaa", "xvdz", "dasdaa", "dasdz"}) ==
        std::vector<std::string>{"dasdz", "dasdaa", "vdb", "vdaa", "xvdz", "xvdaa"});
}

TEST_CASE("partitions follow their disk") {
  CHECK(sorted({"sdaa1", "sda10", "sdb", "sda2", "sda"}) ==
        std::vector<std::string>{"sda", "sda2", "sda10", "sdb", "sdaa1"});
}

TEST_CASE("maps with generated aliases are sorted by their number") {
  CHECK(sorted({"mpathaa", "mpathb", "mpathz", "mpatha"}) ==
        std::vector<std::string>{"mpatha", "mpathb", "mpathz", "mpathaa"});
}

TEST_CASE("other words compare letter by letter, however long") {
  CHECK(sorted({"web", "archive", "db"}) == std::vector<std::string>{"archive", "db", "web"});
}

TEST_CASE("SCSI addresses compare by their numbers") {
  CHECK(sorted({"10:0:0:1", "9:0:10:0", "9:0:2:0"}) ==
        std::vector<std::string>{"9:0:2:0", "9:0:10:0", "10:0:0:1"});
}

TEST_CASE("runs of digits of any length compare as numbers") {
  CHECK(natural_order("x99999999999999999999999", "x100000000000000000000000") < 0);
}

TEST_CASE("only the same name is equal") {
  CHECK(natural_order("dm-1", "dm-1") == 0);
  CHECK(natural_order("dm-01", "dm-1") != 0);
  CHECK(natural_order("", "") == 0);
  CHECK(natural_order("", "a") < 0);
}

TEST_CASE("the order is transitive") {
  const std::vector<std::string> names = {
      "",        "s",      "sd",     "sda",  "sda1",  "sdaa", "sdz",   "sdA", "sd1", "sd01",
      "sc",      "sz",     "se",     "dm-2", "dm-10", "dm-",  "dm-02", "10",  "2",   "mpatha",
      "mpathaa", "mpathz", "mpath1", "m",    "\xff",  "3600", "36005", "360a"};
  for (const auto& a : names)
    for (const auto& b : names) {
      CHECK((natural_order(a, b) < 0) == (natural_order(b, a) > 0));
      for (const auto& c : names)
        if (natural_order(a, b) < 0 && natural_order(b, c) < 0)
          CHECK_MESSAGE(natural_order(a, c) < 0, a, b, c);
    }
}
