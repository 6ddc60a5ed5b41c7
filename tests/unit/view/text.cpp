#include "multipath/view/text.h"

#include <string>

#include <doctest/doctest.h>

using namespace multipath;

TEST_CASE("printable text is unchanged") {
  CHECK(printable("") == "");
  CHECK(printable("Virtual disk 2.5\" <>&") == "Virtual disk 2.5\" <>&");
  CHECK(printable("Gr\xc3\xb6\xc3\x9f"
                  "e \xe2\x82\xac \xf0\x9f\x92\xbe") ==
        "Gr\xc3\xb6\xc3\x9f"
        "e \xe2\x82\xac \xf0\x9f\x92\xbe");
}

TEST_CASE("a control byte becomes a dot") {
  CHECK(printable("a\x1b[2Jb\nc\td\x7f") == "a.[2Jb.c.d.");
  CHECK(printable(std::string_view("a\0b", 3)) == "a.b");
  CHECK(printable("\xc2\x9b"
                  "2J") == "..2J");  // CSI in one character
}

TEST_CASE("bytes that are not UTF-8 become a dot each") {
  CHECK(printable("\xff\xfe") == "..");
  CHECK(printable("a\x80z") == "a.z");
  CHECK(printable("\xc0\xaf") == "..");            // overlong
  CHECK(printable("\xed\xa0\x80") == "...");       // a surrogate
  CHECK(printable("\xf4\x90\x80\x80") == "....");  // above U+10FFFF
  CHECK(printable("\xf8\x88\x80\x80\x80") == ".....");
}

TEST_CASE("a truncated character becomes dots") {
  for (const std::string whole : {"\xc3\xb6", "\xe2\x82\xac", "\xf0\x9f\x92\xbe"})
    for (std::size_t length = 1; length < whole.size(); ++length)
      CHECK(printable(whole.substr(0, length)) == std::string(length, '.'));
}

TEST_CASE("a size has one decimal below ten and none from there on") {
  CHECK(size_text(0) == "0.0K");
  CHECK(size_text(1) == "0.0K");
  CHECK(size_text(2) == "1.0K");
  CHECK(size_text(1024) == "512K");
  CHECK(size_text(2048) == "1.0M");
  CHECK(size_text(16384) == "8.0M");
  CHECK(size_text(204800) == "100M");
  CHECK(size_text(209715200) == "100G");
  CHECK(size_text(2147483648) == "1.0T");
  CHECK(size_text(2147483648ULL * 1024) == "1.0P");
}

// Sizes that multipath-tools 0.9.4 printed for maps of so many sectors.
TEST_CASE("a size is rounded to the nearest, and beyond ten within its unit") {
  CHECK(size_text(3) == "1.0K");
  CHECK(size_text(20) == "10K");
  CHECK(size_text(2030) == "1015K");
  CHECK(size_text(2050) == "1.0M");
  CHECK(size_text(20378) == "10.0M");
  CHECK(size_text(65535) == "32M");
  CHECK(size_text(100001) == "49M");
  CHECK(size_text(199999) == "98M");
}

TEST_CASE("a size beyond all units is still a number") {
  CHECK(size_text(2147483648ULL * 1024 * 5000) == "5000P");
  CHECK(size_text(UINT64_MAX) == "8388608P");
}
