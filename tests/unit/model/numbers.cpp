#include <cstdint>
#include <string_view>

#include <doctest/doctest.h>

#include "multipath/model/ascii.h"
#include "multipath/model/device_number.h"
#include "multipath/model/number_text.h"
#include "multipath/model/scsi_address.h"

using namespace multipath;

TEST_CASE("a number is digits only and fits its type") {
  CHECK(parse_number<std::uint32_t>("0") == 0U);
  CHECK(parse_number<std::uint32_t>("4294967295") == 4294967295U);
  for (const auto* text :
       {"", " 1", "1 ", "+1", "-1", "0x1", "1.0", "4294967296", "99999999999999999999"})
    CHECK_MESSAGE(!parse_number<std::uint32_t>(text), text);
}

TEST_CASE("a signed number may have a minus, and a fraction a point") {
  CHECK(parse_number<int>("-12") == -12);
  CHECK(parse_number<std::int8_t>("-128") == -128);
  CHECK_FALSE(parse_number<std::int8_t>("128"));
  CHECK_FALSE(parse_number<int>("+12"));
  CHECK_FALSE(parse_number<int>("- 12"));
  CHECK(parse_number<std::uint8_t>("ff", 16) == 255);
  CHECK_FALSE(parse_number<std::uint8_t>("0xff", 16));
  CHECK(parse_number<double>("1.5") == 1.5);
  CHECK_FALSE(parse_number<double>("1.5 "));
  CHECK_FALSE(parse_number<double>(""));
}

TEST_CASE("classes of characters are those of ASCII") {
  for (int byte = 0; byte < 256; ++byte) {
    const auto c = static_cast<char>(byte);
    const auto in = [&](std::string_view set) { return byte != 0 && set.find(c) != set.npos; };
    CHECK_MESSAGE(is_digit(c) == in("0123456789"), byte);
    CHECK_MESSAGE(is_octal_digit(c) == in("01234567"), byte);
    CHECK_MESSAGE(is_lower_hex_digit(c) == in("0123456789abcdef"), byte);
    CHECK_MESSAGE(is_hex_digit(c) == in("0123456789abcdefABCDEF"), byte);
    const bool letter = in("abcdefghijklmnopqrstuvwxyz") || in("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    CHECK_MESSAGE(is_letter(c) == letter, byte);
    CHECK_MESSAGE(is_alphanumeric(c) == (letter || is_digit(c)), byte);
  }
}

TEST_CASE("a device number is written and read as MAJOR:MINOR") {
  const DeviceNumber number{.major = 65, .minor = 160};
  CHECK(to_string(number) == "65:160");
  CHECK(parse_device_number("65:160") == number);
  CHECK(parse_device_number("4095:1048575") == DeviceNumber{.major = 4095, .minor = 1048575});
}

TEST_CASE("a device number with other text is rejected") {
  for (const auto* text : {"", ":", "8", "8:", ":16", "8:16:1", "8:16 ", " 8:16", "8 :16", "-8:16",
                           "8:+16", "4096:0", "0:1048576", "4294967304:16", "8:16\n", "sda"})
    CHECK_MESSAGE(!parse_device_number(text), text);
}

TEST_CASE("a SCSI address is written and read as HOST:CHANNEL:TARGET:LUN") {
  const ScsiAddress address{.host = 3, .channel = 0, .target = 1, .lun = 16388};
  CHECK(to_string(address) == "3:0:1:16388");
  CHECK(parse_scsi_address("3:0:1:16388") == address);
  CHECK(parse_scsi_address("0:0:0:18446744073709551615")->lun == UINT64_MAX);
}

TEST_CASE("a SCSI address with other text is rejected") {
  for (const auto* text :
       {"", "3", "3:0:1", "3:0:1:", "3:0:1:4:5", ":0:1:4", "3:0:-1:4", "3:0:1:4 ", "#:#:#:#",
        "4294967296:0:0:0", "0:0:0:18446744073709551616", "target3:0:1"})
    CHECK_MESSAGE(!parse_scsi_address(text), text);
}
