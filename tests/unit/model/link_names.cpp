#include "multipath/model/link_names.h"

#include <doctest/doctest.h>

using multipath::link_names_of;
using multipath::LinkNames;

TEST_CASE("a NAA identifier gives the links that its paths have") {
  CHECK(link_names_of("mpath-3600508b4000156d700012000000b0000") ==
        LinkNames{"scsi", "3600508b4000156d700012000000b0000", "0x600508b4000156d700012000000b0000",
                  std::nullopt});
  CHECK(link_names_of("mpath-35000c50000000001")->wwn == "0x5000c50000000001");
}

TEST_CASE("a partition map has the names of its map and a number") {
  CHECK(link_names_of("part12-mpath-35000c50000000001") ==
        LinkNames{"scsi", "35000c50000000001", "0x5000c50000000001", "12"});
}

TEST_CASE("only a NAA identifier of 8 or 16 bytes has a WWN") {
  for (const char* uuid :
       {"mpath-3", "mpath-35000c5000000000", "mpath-35000C50000000001", "mpath-25000c50000000001",
        "mpath-1LIO-ORG_disk", "mpath-35000c50000000001z"})
    CHECK_FALSE(link_names_of(uuid)->wwn);
}

TEST_CASE("a device's name never leads out of a directory") {
  CHECK(link_names_of("mpath-1../../etc/x")->serial == "1.._.._etc_x");
  CHECK(link_names_of("mpath-1a b\"c'%d\n")->serial == "1a_b_c__d_");
  CHECK(link_names_of("mpath-1ATA\\x20\\x20disk")->serial == "1ATA__disk");
  CHECK(link_names_of("mpath-1a\\x2")->serial == "1a_x2");
  CHECK(link_names_of("mpath-1a\\xZZ")->serial == "1a_xZZ");
  CHECK(link_names_of("mpath-1\xc3\xbc")->serial == "1__");
}

TEST_CASE("the type is the one in the links of the paths") {
  CHECK(link_names_of("mpath-eui.0025385b71b00a4c")->type == "nvme");
  CHECK(link_names_of("mpath-nvme.1234-abcd")->type == "nvme");
  CHECK(link_names_of("mpath-SLIO-ORG_disk_1")->type == "scsi");
  CHECK(link_names_of("mpath-IBM.750000000DX111.1234.56")->type.empty());
}

TEST_CASE("other uuids have no such names") {
  for (const char* uuid : {"", "mpath-", "part1-mpath-", "mpath", "LVM-mpath-3", "part-mpath-35",
                           "part1-LVM-x", "part1mpath-35", "partx-mpath-35"})
    CHECK_FALSE(link_names_of(uuid));
}
