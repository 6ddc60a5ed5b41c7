#include "libsg/command.h"

#include <doctest/doctest.h>

#include "tests/support/scsi_bytes.h"

using namespace std::chrono_literals;
using tests::bytes;

TEST_CASE("INQUIRY carries its allocation length in both bytes") {
  const scsi::Command command = scsi::inquiry(0x124, 5s);
  CHECK(command.cdb == bytes({0x12, 0, 0, 0x01, 0x24, 0}));
  CHECK(command.allocation_length == 0x124);
  CHECK(command.timeout == 5s);
}

TEST_CASE("INQUIRY for a page sets EVPD and the page code") {
  CHECK(scsi::inquiry_vpd(0x83, 252, 1s).cdb == bytes({0x12, 1, 0x83, 0, 252, 0}));
}

TEST_CASE("an allocation length too large for INQUIRY is capped") {
  const scsi::Command command = scsi::inquiry_vpd(0x83, 0x10003, 1s);
  CHECK(command.cdb == bytes({0x12, 1, 0x83, 0xff, 0xff, 0}));
  CHECK(command.allocation_length == 0xffff);
}

TEST_CASE("TEST UNIT READY transfers nothing") {
  CHECK(scsi::test_unit_ready(1s) ==
        scsi::Command{bytes({0, 0, 0, 0, 0, 0}), 0, std::chrono::milliseconds(1s)});
}

TEST_CASE("REPORT TARGET PORT GROUPS carries its allocation length in four bytes") {
  const scsi::Command command = scsi::report_target_port_groups(0x12345, 1s);
  CHECK(command.cdb == bytes({0xa3, 0x0a, 0, 0, 0, 0, 0, 0x01, 0x23, 0x45, 0, 0}));
  CHECK(command.allocation_length == 0x12345);
}
