#include "multipath/model/wwid.h"

#include <string>

#include <doctest/doctest.h>

using namespace multipath;

TEST_CASE("a WWID keeps its text") {
  CHECK(Wwid::from_text("3624a93702f6eb7add2464f9b0002a375")->text() ==
        "3624a93702f6eb7add2464f9b0002a375");
  CHECK(Wwid::from_text("8iqn.2001-05.com.example:a,t,0x0001"));
  CHECK(Wwid::from_text("1ATA_QEMU_HARDDISK_QM00001"));
}

TEST_CASE("a WWID with a backslash has it only as an escaped byte") {
  CHECK(Wwid::from_text(R"(1ABC_.XYZ123_\x22q\x22_\x24x)"));
  for (const auto* text :
       {R"(1\)", R"(1\x)", R"(1\x2)", R"(1\x2g)", R"(1\n)", R"(1\\)", R"(1\X22)"})
    CHECK_MESSAGE(!Wwid::from_text(text), text);
}

TEST_CASE("a WWID has no bytes that break a name, a path or a line") {
  for (const auto* text :
       {"", "3 6", "3/6", "3\"6", "3'6", "3\n", "3\t6", "3\x7f", "3\xc3\xa4", "3\x80"})
    CHECK_MESSAGE(!Wwid::from_text(text), text);
  for (const char special : std::string(" !\"$%&'()*/;<>?[]^`{|}~\\"))
    CHECK_MESSAGE(!Wwid::from_text(std::string("3") + special + "6"), special);
  CHECK(
      !Wwid::from_text(std::string_view("3\0"
                                        "6",
                                        3)));
}

TEST_CASE("a WWID has what identifiers become, and what udev and other tools write") {
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    const bool taken = letter || std::string_view("#+.:=@_-,").find(c) != std::string_view::npos;
    CHECK_MESSAGE(Wwid::from_text(std::string("3") + c).has_value() == taken, byte);
    CHECK_MESSAGE(is_wwid_character(c) == (taken && c != ','), byte);
  }
}

TEST_CASE("a WWID fits into a dm uuid behind its prefix") {
  const std::string longest(122, 'a');
  REQUIRE(Wwid::from_text(longest));
  CHECK(map_uuid(*Wwid::from_text(longest)).size() == 128);
  CHECK(!Wwid::from_text(longest + 'a'));
}

TEST_CASE("a map's uuid contains its WWID, other uuids contain none") {
  const auto wwid = Wwid::from_text("3600");
  CHECK(map_uuid(*wwid) == "mpath-3600");
  CHECK(wwid_of_map_uuid("mpath-3600") == wwid);
  for (const auto* uuid :
       {"", "mpath-", "mpath", "LVM-3600", "part1-mpath-3600", "MPATH-3600", "mpath-a b"})
    CHECK_MESSAGE(!wwid_of_map_uuid(uuid), uuid);
}

TEST_CASE("the kernel's NAA and EUI-64 names are WWIDs without their type digit") {
  CHECK(wwid_text_of_kernel_name("naa.6001") == "36001");
  CHECK(wwid_text_of_kernel_name("eui.0012") == "20012");
  for (const auto* name : {"", "naa", "t10.LIO", "NAA.6001", "uuid.1"})
    CHECK_MESSAGE(!wwid_text_of_kernel_name(name), name);
}
