#include "multipath/model/multipath_status.h"

#include <set>
#include <string>

#include <doctest/doctest.h>

using namespace multipath;

namespace {

const char* const two_groups =
    "2 0 1 0 2 1 A 0 2 2 8:16 A 0 4096 1 8:32 F 3 0 1 E 0 1 2 65:160 A 0 0 1 ";

}  // namespace

TEST_CASE("a status line is read word for word") {
  const auto status = parse_multipath_status(two_groups);
  REQUIRE(status);
  CHECK(!status->queue_io);
  CHECK(status->pg_init_count == 1);
  CHECK(status->current_group == 1);
  REQUIRE(status->groups.size() == 2);
  CHECK(status->groups[0].status == GroupStatus::active);
  CHECK(status->groups[1].status == GroupStatus::enabled);
  REQUIRE(status->groups[0].paths.size() == 2);
  CHECK(status->groups[0].paths[1] == PathStatus{.number = {.major = 8, .minor = 32},
                                                 .state = PathDmState::failed,
                                                 .fail_count = 3});
}

TEST_CASE("the status of every selector and of maps without groups is read") {
  for (const auto* text : {
           "2 0 0 0 0 0 ",                                 // no group
           "2 1 0 0 0 0",                                  // queueing
           "2 0 0 0 1 1 D 0 1 0 8:16 A 0 ",                // round-robin, bypassed
           "2 0 0 0 1 1 E 0 2 1 8:16 A 0 7 8:32 A 0 12 ",  // queue-length
           "2 0 0 0 1 1 A 0 1 3 8:16 A 0 250000 0 1024 ",  // historical-service-time
           "2 0 0 0 1 1 A 2 x y 1 0 8:16 F 4294967295 ",   // a selector with words of its own
           "2 0 0 1 alua 1 1 A 0 1 0 8:16 A 0",            // a hardware handler with a word
           "3 0 0 more 0 0 0",                             // a feature word of a kernel to come
       })
    CHECK_MESSAGE(parse_multipath_status(text), text);
}

TEST_CASE("the latency words of historical-service-time are skipped") {
  const auto status =
      parse_multipath_status("2 0 0 0 1 1 A 0 2 3 8:16 A 0 250000 0 9 8:32 F 2 1 0 9 ");
  REQUIRE(status);
  CHECK(status->groups[0].paths[1].fail_count == 2);
}

TEST_CASE("a status line truncated at any byte is malformed or complete") {
  const std::string whole = "2 0 0 0 2 1 A 0 1 0 8:16 A 0 E 0 1 0 8:32 A 0";
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const auto status = parse_multipath_status(whole.substr(0, length));
    CHECK_MESSAGE(!status, whole.substr(0, length));
    if (!status) CHECK(status.error().offset <= length);
  }
  CHECK(parse_multipath_status(whole));
}

TEST_CASE("excessive counts in a status line are malformed at no cost") {
  for (const auto* text : {"4294967295 0 0 0 0 0", "2 0 0 4294967295 0 0", "2 0 0 0 4294967295 1",
                           "2 0 0 0 1 1 A 4294967295 0 0", "2 0 0 0 1 1 A 0 4294967295 0 8:16 A 0",
                           "2 0 0 0 1 1 A 0 1 4294967295 8:16 A 0 1"})
    CHECK_MESSAGE(!parse_multipath_status(text), text);
}

TEST_CASE("a status line that no kernel writes is malformed") {
  for (const auto* text :
       {"", "0 0 0 0", "1 0 0 0 0", "2 0 0 0 1 2 A 0 1 0 8:16 A 0", "2 0 0 0 1 1 X 0 1 0 8:16 A 0",
        "2 0 0 0 1 1 A 0 1 0 8:16 X 0", "2 0 0 0 1 1 A 0 1 0 sda A 0",
        "2 0 0 0 1 1 A 0 1 0 8:16 A -1", "2 0 0 0 0 0 more", "Fail", "2 -1 0 0 0 0"})
    CHECK_MESSAGE(!parse_multipath_status(text), text);
}

TEST_CASE("every status of a group and of a path has its own name") {
  std::set<std::string> names;
  for (int i = 0; i <= static_cast<int>(GroupStatus::disabled); ++i)
    names.insert(to_string(static_cast<GroupStatus>(i)));
  CHECK(names == std::set<std::string>{"undef", "active", "enabled", "disabled"});
  names.clear();
  for (int i = 0; i <= static_cast<int>(PathDmState::failed); ++i)
    names.insert(to_string(static_cast<PathDmState>(i)));
  CHECK(names == std::set<std::string>{"undef", "active", "failed"});
}
