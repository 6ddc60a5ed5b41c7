#include "multipath/model/multipath_table.h"

#include <string>

#include <doctest/doctest.h>

using namespace multipath;

namespace {

const char* const queueing_alua =
    "1 queue_if_no_path 1 alua 2 1 service-time 0 2 1 8:16 1 8:32 1 service-time 0 1 1 65:160 1";

}  // namespace

TEST_CASE("a table is read word for word") {
  const auto table = parse_multipath_table(queueing_alua);
  REQUIRE(table);
  CHECK(table->features == std::vector<std::string>{"queue_if_no_path"});
  CHECK(table->hardware_handler == std::vector<std::string>{"alua"});
  CHECK(table->initial_group == 1);
  REQUIRE(table->groups.size() == 2);
  CHECK(table->groups[0].selector == "service-time");
  CHECK(table->groups[0].selector_arguments.empty());
  REQUIRE(table->groups[0].paths.size() == 2);
  CHECK(table->groups[0].paths[1] ==
        TablePath{.number = {.major = 8, .minor = 32}, .arguments = {"1"}});
  CHECK(table->groups[1].paths[0].number == DeviceNumber{.major = 65, .minor = 160});
}

TEST_CASE("a parsed table is written unchanged") {
  for (const std::string text : {
           queueing_alua,
           "0 0 0 0",
           "0 0 1 1 service-time 0 2 2 8:16 1 1 8:32 1 1",
           "3 queue_if_no_path pg_init_retries 50 1 rdac 1 1 round-robin 0 1 1 8:16 1000",
           "5 queue_if_no_path pg_init_delay_msecs 60000 queue_mode bio 0 1 1 queue-length 0 1 1 "
           "8:16 1",
           "0 0 1 1 historical-service-time 2 0 100 2 0 8:16 8:32",
           "0 0 1 1 io-affinity 0 1 1 8:16 ff,00000000",
           "1 retain_attached_hw_handler 0 2 2 service-time 0 1 2 8:0 1 1 service-time 0 1 2 8:16 "
           "1 1",
       }) {
    const auto table = parse_multipath_table(text);
    REQUIRE_MESSAGE(table, text);
    CHECK(format(*table) == text);
    CHECK(parse_multipath_table(format(*table)) == table);
  }
}

TEST_CASE("extra blanks in a table are ignored") {
  CHECK(parse_multipath_table("  0 0  1 1\tservice-time 0 1 1 8:16 1 \n") ==
        parse_multipath_table("0 0 1 1 service-time 0 1 1 8:16 1"));
}

TEST_CASE("a table truncated at any byte is malformed") {
  const std::string whole = queueing_alua;
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const auto table = parse_multipath_table(whole.substr(0, length));
    CHECK_MESSAGE(!table, whole.substr(0, length));
    if (!table) CHECK(table.error().offset <= length);
  }
}

TEST_CASE("a table cut within its last number is another table") {
  const auto table = parse_multipath_table("0 0 1 1 service-time 0 1 1 8:16 1000");
  const auto cut = parse_multipath_table("0 0 1 1 service-time 0 1 1 8:16 10");
  REQUIRE(table);
  REQUIRE(cut);
  CHECK(*table != *cut);
}

TEST_CASE("excessive counts in a table are malformed at no cost") {
  for (const auto* text : {"4294967295 queue_if_no_path", "0 4294967295 alua", "0 0 4294967295 1",
                           "0 0 1 1 service-time 4294967295", "0 0 1 1 service-time 0 4294967295 0",
                           "0 0 1 1 service-time 0 1 4294967295 8:16",
                           "0 0 1 1 service-time 0 4294967295 4294967295 8:16 1"})
    CHECK_MESSAGE(!parse_multipath_table(text), text);
}

TEST_CASE("a number of a table has no sign and does not overflow") {
  for (const auto* text : {"-0 0 0 0", "+0 0 0 0", "0 0 4294967296 1", "0x0 0 0 0", "0 0 0 0.0"})
    CHECK_MESSAGE(!parse_multipath_table(text), text);
}

TEST_CASE("the initial group is one of the groups, and 0 only when there is none") {
  for (const auto* text :
       {"0 0 0 1", "0 0 1 0 service-time 0 1 1 8:16 1", "0 0 1 2 service-time 0 1 1 8:16 1"})
    CHECK_MESSAGE(!parse_multipath_table(text), text);
}

TEST_CASE("extra words after a table are malformed, with their position") {
  const auto table = parse_multipath_table("0 0 0 0 service-time");
  REQUIRE(!table);
  CHECK(table.error() ==
        Malformed{.offset = 8, .what = "the end of the text is followed by more words"});
}

TEST_CASE("a path that is not a device number is malformed, and named") {
  const auto table = parse_multipath_table("0 0 1 1 service-time 0 1 1 sda 1");
  REQUIRE(!table);
  CHECK(table.error() == Malformed{.offset = 27, .what = "a path's device is not MAJOR:MINOR"});
}

TEST_CASE("a map queues if its features contain queue_if_no_path") {
  CHECK(queues_if_no_path(*parse_multipath_table(queueing_alua)));
  CHECK(!queues_if_no_path(*parse_multipath_table("2 pg_init_retries 50 0 0 0")));
}
