#include <cstdint>

#include <doctest/doctest.h>

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
