#include "multipath/model/map_name.h"

#include <doctest/doctest.h>

using namespace multipath;

TEST_CASE("a name is compared in the form that libdevmapper gives it") {
  CHECK(mangled_name("my disk") == "my\\x20disk");
  CHECK(mangled_name("my\\x20disk") == "my\\x20disk");
  CHECK(mangled_name("a#+-.:=@_9Z") == "a#+-.:=@_9Z");
  CHECK(mangled_name("\xc3\xa4") == "\\xc3\\xa4");
  CHECK(mangled_name("a\\b") == "a\\x5cb");
  CHECK(is_same_name("my disk", "my\\x20disk"));
  CHECK_FALSE(is_same_name("my disk", "my_disk"));
}

TEST_CASE("invalid map names are reported with the reason") {
  for (const char* name : {"", "control", ".", "..", "a/b", "/", "a\\x20b c"}) {
    CAPTURE(name);
    CHECK(reason_no_map_name(name));
  }
  CHECK(reason_no_map_name(std::string_view("a\0b", 3)));
  for (const char* name : {"mpatha", "controls", "...", "my disk", "a\\x20b", "\\x"}) {
    CAPTURE(name);
    CHECK_FALSE(reason_no_map_name(name));
  }
}

TEST_CASE("a mangled name is limited to device-mapper's length") {
  CHECK_FALSE(reason_no_map_name(std::string(127, 'a')));
  CHECK(reason_no_map_name(std::string(128, 'a')));
  CHECK_FALSE(reason_no_map_name(std::string(31, ' ')));
  CHECK(reason_no_map_name(std::string(32, ' ')));
}
