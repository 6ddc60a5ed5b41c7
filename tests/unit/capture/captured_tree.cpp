#include "multipath/capture/captured_tree.h"

#include <doctest/doctest.h>

using namespace multipath;
using Lines = std::vector<std::string>;

namespace {

const char* const recorded =
    "dev/block/8:0 -> ../../devices/pci0/host1/block/sda\n"
    "class/block/sda/dev = 8:0\n"
    "class/block/sda/queue / scheduler\n"
    "devices/pci0/host1/block/sda/device/state = running\n"
    "class/block/sda/holders / dm-0\n"
    "devices/pci0/host1/block/sda/sda1/start = 2048\n";

struct Tree {
  Missing missing;
  CapturedTree tree{"/sys", Facts::parse(recorded).value(), missing};
};

}  // namespace

TEST_CASE("a device recorded under one name is found under its other names") {
  Tree sys;
  CHECK(read_attribute(sys.tree, "dev/block/8:0/device/state") == "running");
  CHECK(read_attribute(sys.tree, "class/block/sda/device/state") == "running");
  CHECK(sys.tree.list("dev/block/8:0/holders") == Lines{"dm-0"});
  CHECK(sys.tree.list("devices/pci0/host1/block/sda/holders") == Lines{"dm-0"});
  CHECK(read_attribute(sys.tree, "dev/block/8:0/dev") == "8:0");
  CHECK(sys.tree.exists("dev/block/8:0/device/state"));
  CHECK(sys.missing.requests().empty());
}

TEST_CASE("a file absent under one name of a device is absent under the others") {
  Tree sys;
  CHECK_FALSE(sys.tree.read("dev/block/8:0/queue/max_sectors_kb"));
  CHECK_FALSE(sys.tree.exists("dev/block/8:0/queue/max_sectors_kb"));
  CHECK(sys.missing.requests().empty());
}

TEST_CASE("a file recorded under no name is missing under the requested name") {
  Tree sys;
  CHECK_FALSE(sys.tree.read("dev/block/8:0/device/vendor"));
  CHECK_FALSE(sys.tree.read("dev/block/8:16/size"));
  CHECK_FALSE(sys.tree.exists("class/block/sdb"));
  CHECK(sys.missing.requests() == Lines{"is there /sys/class/block/sdb",
                                        "read /sys/dev/block/8:0/device/vendor",
                                        "read /sys/dev/block/8:16/size"});
}
