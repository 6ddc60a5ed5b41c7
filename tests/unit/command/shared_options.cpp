#include "multipath/command/shared_options.h"

#include <doctest/doctest.h>

#include "multipath/command/options.h"

using namespace multipath;

TEST_CASE("a verbosity is a number, and levels above 3 mean everything") {
  CHECK(parse_verbosity("0") == Verbosity::errors);
  CHECK(parse_verbosity("1") == Verbosity::names);
  CHECK(parse_verbosity("2") == default_verbosity);
  CHECK(parse_verbosity("3") == Verbosity::everything);
  for (const char* text : {"6", "9", "10", "99", "4294967296", "99999999999999999999"})
    CHECK(parse_verbosity(text) == Verbosity::everything);
  CHECK(verbosity_of(-1) == Verbosity::errors);
  for (const char* text : {"", "-1", "+1", " 1", "1 ", "x", "1x", "0x1", "1.5"})
    CHECK_THROWS_AS(parse_verbosity(text), UsageError);
}

TEST_CASE("a count is a non-negative integer") {
  CHECK(parse_count("0") == 0);
  CHECK(parse_count("1000000") == 1000000);
  for (const char* text : {"", "-1", "x", "1000001", "99999999999999999999"})
    CHECK_THROWS_AS(parse_count(text), UsageError);
}

TEST_CASE("a deadline is between one second and an hour") {
  CHECK(parse_seconds("1") == std::chrono::seconds(1));
  CHECK(parse_seconds("3600") == std::chrono::hours(1));
  for (const char* text : {"", "0", "-5", "3601", "5s", "1e3"})
    CHECK_THROWS_AS(parse_seconds(text), UsageError);
}

TEST_CASE("an unknown policy is reported with the valid ones") {
  CHECK(parse_policy("failover") == PathGroupingPolicy::failover);
  CHECK(parse_policy("multibus") == PathGroupingPolicy::multibus);
  for (const char* text : {"", "Failover", "failover ", "nonsense"})
    CHECK_THROWS_AS(parse_policy(text), UsageError);
}
