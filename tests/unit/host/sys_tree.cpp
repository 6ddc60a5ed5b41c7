#include "multipath/host/sys_tree.h"

#include <doctest/doctest.h>

#include "tests/support/memory_tree.h"

using namespace multipath;

TEST_CASE("names of a directory, in natural order where that is asked for") {
  tests::MemoryTree sys;
  sys.file("class/block/sdaa/dev", "65:160\n").file("class/block/sdb/dev", "8:16\n");
  CHECK(ordered_names_in(sys, "class/block") == std::vector<std::string>{"sdb", "sdaa"});
  CHECK(names_in(sys, "class/block").size() == 2);
  CHECK(names_in(sys, "class/nothing").empty());
}

TEST_CASE("number and name of a block device are each other's") {
  tests::MemoryTree sys;
  sys.file("class/block/sdb/dev", "8:16\n").file("class/block/sdc/dev", "8:x\n");
  sys.link("dev/block/8:16", "../../devices/host1/block/sdb");
  const auto number = number_of_kname(sys, "sdb");
  REQUIRE(number);
  CHECK(kname_of_number(sys, *number) == "sdb");
  for (const auto* kname : {"", ".", "..", "sdb/", "../block/sdb", "sdc", "sdd"})
    CHECK_MESSAGE(!number_of_kname(sys, kname), kname);
  CHECK_FALSE(kname_of_number(sys, DeviceNumber{.major = 8, .minor = 32}));
}
