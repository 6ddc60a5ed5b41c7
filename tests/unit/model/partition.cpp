#include "multipath/model/partition.h"

#include <doctest/doctest.h>

using namespace multipath;

TEST_CASE("a partition's uuid is part, its number and the map's uuid") {
  CHECK(partition_uuid(12, "mpath-3600") == "part12-mpath-3600");
  CHECK(partition_number_of("part1-mpath-3600", "mpath-3600") == 1);
  CHECK(partition_number_of("part12-mpath-3600", "mpath-3600") == 12);
}

TEST_CASE("a uuid of another form is not a partition's") {
  for (const char* uuid :
       {"part-mpath-3600", "partx-mpath-3600", "part1x-mpath-3600", "part1-mpath-36001",
        "part1mpath-3600", "mpath-3600", "part1-", "part", "", "part1-part1-mpath-3600",
        "xpart1-mpath-3600", "part1 -mpath-3600", "part99999999999-mpath-3600"}) {
    CAPTURE(uuid);
    CHECK_FALSE(partition_number_of(uuid, "mpath-3600"));
  }
}
