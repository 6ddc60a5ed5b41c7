#include "tests/support/hex.h"

#include <doctest/doctest.h>

#include "tests/support/scsi_bytes.h"

using tests::bytes;
using tests::ByteVector;
using tests::read_hex;

TEST_CASE("hex is read with blanks, commas, comments, either case and short bytes") {
  CHECK(read_hex("# page\n00 83,AB\taf # more\r\n\n 7,f,\n") ==
        bytes({0x00, 0x83, 0xab, 0xaf, 0x07, 0x0f}));
}

TEST_CASE("empty hex is empty") {
  CHECK(read_hex("") == ByteVector{});
  CHECK(read_hex("# 00 01") == ByteVector{});
}

TEST_CASE("an invalid byte is malformed at its position") {
  CHECK(read_hex("00 0x1").error() == scsi::Malformed{3, "'0x1' is no byte in hex"});
  CHECK(read_hex("00 100").error().offset == 3);
  CHECK(read_hex("\n-1").error().offset == 1);
  CHECK_FALSE(read_hex("g"));
  CHECK_FALSE(read_hex("+1"));
}

TEST_CASE("written hex reads back, whatever its length") {
  ByteVector all;
  for (int i = 0; i < 70; ++i) {
    CHECK(read_hex(tests::write_hex(all)) == all);
    all.push_back(static_cast<std::uint8_t>(i * 7));
  }
}
