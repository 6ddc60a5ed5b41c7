#include "devmap_name/map_name.h"

#include <string>

#include <doctest/doctest.h>

using devmap_name::DeviceNumber;
using devmap_name::one_word;
using devmap_name::parse_number_pair;
using devmap_name::parse_numbers;

TEST_CASE("device numbers are decimal digits in the kernel's range and nothing else") {
  CHECK(parse_numbers("253", "0") == DeviceNumber{.major = 253, .minor = 0});
  CHECK(parse_numbers("4095", "1048575") == DeviceNumber{.major = 4095, .minor = 1048575});
  for (const std::string bad :
       {"", "-1", "+1", " 1", "1 ", "1\n", "0x1", "1a", "a", "4096", "18446744073709551616"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_numbers(bad, "0"));
    CHECK_FALSE(parse_number_pair(bad + ":0"));
  }
  for (const std::string bad : {"", "-1", "1048576", "1:2"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_numbers("253", bad));
    CHECK_FALSE(parse_number_pair("253:" + bad));
  }
}

TEST_CASE("a pair of device numbers has one colon") {
  CHECK(parse_number_pair("253:12") == DeviceNumber{.major = 253, .minor = 12});
  CHECK_FALSE(parse_number_pair("25312"));
  CHECK_FALSE(parse_number_pair(":"));
  CHECK_FALSE(parse_number_pair(""));
}

TEST_CASE("a usual name is printed as it is") {
  CHECK(one_word("mpatha-part1") == "mpatha-part1");
  CHECK(one_word("3600508b4000156d700012000000b0000") == "3600508b4000156d700012000000b0000");
  CHECK(one_word("vg0-lv+a.b:c=d@e#f_g") == "vg0-lv+a.b:c=d@e#f_g");
}

TEST_CASE("every other byte is spelt in hexadecimal") {
  CHECK(one_word("a b") == "a\\x20b");
  CHECK(one_word("a'b\"c") == "a\\x27b\\x22c");
  CHECK(one_word("--") == "--");
  CHECK(one_word("$(id);%n") == "\\x24\\x28id\\x29\\x3b\\x25n");
  CHECK(one_word("\xc3\xa4") == "\\xc3\\xa4");
  CHECK(one_word("a\n\tb") == "a\\x0a\\x09b");
  CHECK(one_word(std::string_view("\0/", 2)) == "\\x00\\x2f");
}

TEST_CASE("an escape by libdevmapper is kept") {
  CHECK(one_word("a\\x20b") == "a\\x20b");
  CHECK(one_word("a\\x2Fb c") == "a\\x2Fb\\x20c");
  CHECK(one_word("a\\b") == "a\\x5cb");
  CHECK(one_word("a\\x2") == "a\\x5cx2");
  CHECK(one_word("\\") == "\\x5c");
}

TEST_CASE("encoding a word twice changes nothing") {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  CHECK(one_word(one_word(all)) == one_word(all));
}

TEST_CASE("printed text has no control bytes") {
  CHECK(devmap_name::printable("\x1b]2;x\x07"
                               "caf\xc3\xa9 ok~") == ".]2;x.caf.. ok~");
  CHECK(devmap_name::printable("").empty());
}
