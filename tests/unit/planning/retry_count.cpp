#include "multipath/planning/retry_count.h"

#include <doctest/doctest.h>

using namespace multipath;

namespace {

constexpr NoPathRetry twice{NoPathRetry::Kind::count, 2};
constexpr bool path = true, no_path = false, queues = true, fails = false;

}  // namespace

TEST_CASE("a map without a path queues for the configured checks") {
  RetryCount count;
  CHECK_FALSE(count.check("mpath-a", twice, no_path, queues));
  CHECK_FALSE(count.check("mpath-a", twice, no_path, queues));
  CHECK(count.check("mpath-a", twice, no_path, queues) == RetryVerdict::stop_queueing);
  CHECK_FALSE(count.check("mpath-a", twice, no_path, fails));
}

TEST_CASE("a returning path resets the count") {
  RetryCount count;
  count.check("mpath-a", twice, no_path, queues);
  count.check("mpath-a", twice, no_path, queues);
  CHECK_FALSE(count.check("mpath-a", twice, path, queues));
  CHECK_FALSE(count.check("mpath-a", twice, no_path, queues));
  CHECK_FALSE(count.check("mpath-a", twice, no_path, queues));
  CHECK(count.check("mpath-a", twice, no_path, queues));
}

TEST_CASE("a map queues again only if this count made it fail") {
  RetryCount count;
  CHECK_FALSE(count.check("mpath-a", twice, path, fails));
  for (int i = 0; i < 3; ++i) count.check("mpath-a", twice, no_path, queues);
  CHECK(count.check("mpath-a", twice, path, fails) == RetryVerdict::start_queueing);
  CHECK_FALSE(count.check("mpath-a", twice, path, fails));
}

TEST_CASE("a counted map is pending until it has a path") {
  RetryCount count;
  CHECK_FALSE(count.is_pending("mpath-a"));
  count.check("mpath-a", twice, path, queues);
  CHECK_FALSE(count.is_pending("mpath-a"));
  for (int i = 0; i < 3; ++i) {
    count.check("mpath-a", twice, no_path, queues);
    CHECK(count.is_pending("mpath-a"));
  }
  count.check("mpath-a", twice, no_path, fails);
  CHECK(count.is_pending("mpath-a"));
  CHECK(count.check("mpath-a", twice, path, fails) == RetryVerdict::start_queueing);
  CHECK_FALSE(count.is_pending("mpath-a"));
}

TEST_CASE("a map that queues for ever or fails by request is not pending") {
  RetryCount count;
  count.check("mpath-a", {NoPathRetry::Kind::queue, 0}, no_path, queues);
  CHECK_FALSE(count.is_pending("mpath-a"));
  count.check("mpath-b", twice, no_path, queues);
  count.check("mpath-b", twice, no_path, fails);
  CHECK_FALSE(count.is_pending("mpath-b"));
}

TEST_CASE("maps are counted separately") {
  RetryCount count;
  for (int i = 0; i < 9; ++i) {
    CHECK_FALSE(count.check("mpath-b", {NoPathRetry::Kind::queue, 0}, no_path, queues));
    CHECK_FALSE(count.check("mpath-c", {NoPathRetry::Kind::fail, 0}, no_path, queues));
  }
  count.check("mpath-a", twice, no_path, queues);
  count.check("mpath-d", twice, no_path, queues);
  CHECK_FALSE(count.check("mpath-a", twice, no_path, queues));
}
