#include "multipath/host/absent_ports.h"

#include <system_error>

#include <doctest/doctest.h>

using namespace multipath;

TEST_CASE("an absent port answers that nothing is known") {
  CHECK(absent_device_access().exclusive("sda") == Claim::unknown);
  CHECK_FALSE(absent_device_access().node_number("/dev/sda"));
  CHECK_FALSE(absent_state_files().read("/etc/multipath.conf"));
  CHECK(absent_state_files().list("/etc").empty());
  CHECK_FALSE(absent_state_files().remove("/etc/multipath.conf"));
  CHECK(absent_event_spool().waiting().empty());
  CHECK(absent_event_spool().take_turn() == nullptr);
  CHECK(absent_nvme_access().access("nvme0", 1) == NamespaceAccess{});
  std::string holder = "nobody";
  CHECK(absent_device_access().lock_disk("sda", holder) == nullptr);
  CHECK(holder.empty());
}

TEST_CASE("what an absent port cannot do is an error that names it and the reason") {
  std::string holder;
  CHECK_THROWS_WITH_AS(absent_sys_writer().write("block/sda/x", "1"),
                       doctest::Contains("cannot write 1 to /sys/block/sda/x"), std::system_error);
  CHECK_THROWS_WITH_AS(absent_state_files().update("/etc/x", nullptr),
                       doctest::Contains("/etc/x: this host keeps no state"), std::system_error);
  CHECK_THROWS_WITH_AS(absent_partition_tables().read("dm-0"), doctest::Contains("dm-0"),
                       std::system_error);
  CHECK_THROWS_WITH_AS(absent_event_spool().hand_in({8, 0}), doctest::Contains("8:0"),
                       std::system_error);
  CHECK_THROWS_AS(absent_device_access().lock("/run/x", "", holder), std::system_error);
  CHECK_THROWS_AS(absent_mount_namespaces().open(1, 2), std::system_error);
  CHECK_NOTHROW(absent_signature_backup().require_trusted("/save"));
  CHECK_THROWS_WITH_AS(absent_signature_backup().begin("/save", "sda"), doctest::Contains("/save"),
                       std::system_error);
}
