#include "libsg/read.h"

#include <doctest/doctest.h>

#include "tests/support/scsi_bytes.h"
#include "tests/support/vendor_unit.h"

using namespace scsi;
using std::chrono::milliseconds;
using tests::bytes;

TEST_CASE("READ (10) and READ (16) carry address and number of blocks") {
  const auto ten = read_10(0x01020304, 0x0506, 4096, milliseconds{1000});
  CHECK(ten.cdb == bytes({0x28, 0, 1, 2, 3, 4, 0, 5, 6, 0}));
  CHECK(ten.allocation_length == 4096);
  const auto sixteen = read_16(0x0102030405060708, 0x090a0b0c, 512, milliseconds{1000});
  CHECK(sixteen.cdb == bytes({0x88, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0xa, 0xb, 0xc, 0, 0}));
}

TEST_CASE("one block is read, with room for the largest") {
  tests::VendorUnit unit(tests::fake_disk("ACME", "Disk", "1", bytes({0x61})));
  CHECK(read_first_block(unit, milliseconds{1000}).usable());
  REQUIRE(unit.journal.size() == 1);
  CHECK(unit.journal[0].cdb == bytes({0x28, 0, 0, 0, 0, 0, 0, 0, 1, 0}));
  CHECK(unit.journal[0].allocation_length == 4096);
  CHECK(unit.journal[0].timeout == milliseconds{1000});
}

TEST_CASE("READ (16) is tried only if READ (10) is unsupported") {
  tests::VendorUnit unit(tests::fake_disk("ACME", "Zoned", "1", bytes({0x61})));
  unit.read_10 = tests::check_condition(tests::fixed_sense(SenseKey::illegal_request, 0x20, 0));
  CHECK(read_first_block(unit, milliseconds{1000}).usable());
  CHECK(unit.journal.size() == 2);
  CHECK(unit.journal.back().cdb.at(0) == 0x88);

  unit.journal.clear();
  unit.read_10 = tests::check_condition(tests::fixed_sense(SenseKey::not_ready, 0x04, 0x0b));
  CHECK_FALSE(read_first_block(unit, milliseconds{1000}).usable());
  CHECK(unit.journal.size() == 1);
}

TEST_CASE("a target that rejects spare room is asked for exactly one block") {
  for (const auto& [key, asc] : {std::pair{SenseKey::not_ready, std::uint8_t{0x08}},
                                 std::pair{SenseKey::illegal_request, std::uint8_t{0x24}}}) {
    tests::VendorUnit unit(tests::fake_disk("LIO-ORG", "FILEIO", "1", bytes({0x61})));
    unit.read_10 = tests::check_condition(tests::fixed_sense(key, asc, 0));
    CHECK_FALSE(read_first_block(unit, milliseconds{1000}).usable());
    REQUIRE(unit.journal.size() == 2);
    CHECK(unit.journal[0].allocation_length == 4096);
    CHECK(unit.journal[1].allocation_length == 512);
    CHECK(unit.journal[1].cdb.at(0) == 0x28);
  }
}
