#include "multipath/model/proc_tables.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace multipath;

TEST_CASE("truncated lines of mountinfo and swaps do no harm") {
  const std::string line = "21 20 8:1 / /a\\040b rw shared:1 master:2 - ext4 /dev/sda1 rw\n";
  REQUIRE(parse_mountinfo(line).size() == 1);
  CHECK(parse_mountinfo(line)[0].master == 2);
  for (std::size_t i = 0; i < line.size(); ++i)
    CHECK(parse_mountinfo(line.substr(0, i)).size() <= 1);
  const std::string swaps = "Filename\n/swap\\040file file 100 5 -2\n";
  CHECK(parse_swaps(swaps) == std::vector<HolderSwap>{{"/swap file", true, 5}});
  for (std::size_t i = 0; i < swaps.size(); ++i) CHECK(parse_swaps(swaps.substr(0, i)).size() <= 1);
  CHECK(parse_memory_available("MemFree: 3 kB\nMemAvailable:   12 kB\n") == 12);
  CHECK(parse_memory_available("MemAvailable: x") == 0);
}

TEST_CASE("escapes in paths of mountinfo and swaps are decoded") {
  const auto mounts =
      parse_mountinfo("21 20 8:1 /a\\011b /c\\040d\\012e\\134f rw - ext4 /dev/x\\040y rw\n");
  REQUIRE(mounts.size() == 1);
  CHECK(mounts[0].root == "/a\tb");
  CHECK(mounts[0].mount_point == "/c d\ne\\f");
  CHECK(mounts[0].source == "/dev/x y");
  CHECK(mounts[0].device == DeviceNumber{8, 1});
  CHECK(parse_swaps("Filename\n/a\\040b\\040(deleted) file 8 0 -2\n")[0].file == "/a b (deleted)");
}

TEST_CASE("a mount without a source is a mount") {
  const auto mounts =
      parse_mountinfo("21 20 8:1 / /a rw - ext4  rw\n22 20 8:2 / /b rw - xfs x rw\n");
  REQUIRE(mounts.size() == 2);
  CHECK(mounts[0].source.empty());
  CHECK(mounts[1].mount_point == "/b");
}

TEST_CASE("the number of a mount namespace is the inode of its link") {
  CHECK(parse_mount_namespace("mnt:[4026531841]") == 4026531841U);
  for (const char* bad : {"", "mnt:[]", "mnt:[1", "net:[1]", "mnt:[-1]", "mnt:[1]x"})
    CHECK_FALSE(parse_mount_namespace(bad));
}

TEST_CASE("exports of the NFS server have their paths and clients decoded") {
  const std::string table =
      "# Version 1.1\n# Path Client(Flags) # IPs\n"
      "/srv/my\\040data\t192.168.1.0/24(rw,no_root_squash,sync,wdelay)\n"
      "/\t*(ro)\nnot a path\t*(ro)\n/no-client\n";
  const std::vector<NfsExport> exports{{"/srv/my data", "192.168.1.0/24"}, {"/", "*"}};
  CHECK(parse_nfs_exports(table) == exports);
  for (std::size_t i = 0; i < table.size(); ++i)
    CHECK(parse_nfs_exports(table.substr(0, i)).size() <= 2);
}
