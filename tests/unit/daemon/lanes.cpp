#include "multipath/daemon/lanes.h"

#include <future>

#include <doctest/doctest.h>

#include "tests/support/fake_unit.h"

using namespace multipath::daemon;

namespace {

constexpr auto soon = std::chrono::seconds(20);

bool is_done(const std::future<void>& future) {
  return future.wait_for(soon) == std::future_status::ready;
}

/// A job that says when it ran.
std::pair<Lanes::Job, std::future<void>> reporting_job() {
  auto promise = std::make_shared<std::promise<void>>();
  auto future = promise->get_future();
  return {[promise] { promise->set_value(); }, std::move(future)};
}

}  // namespace

TEST_CASE("jobs that hang delay neither their own lane below its limit nor another lane") {
  tests::Hang hang;
  Lanes lanes(3);
  lanes.run(1, hang.delay());
  lanes.run(1, hang.delay());
  auto [same, same_done] = reporting_job();
  lanes.run(1, same);
  CHECK(is_done(same_done));

  // The third thread hangs as well: the lane is full, and another lane is not.
  lanes.run(1, hang.delay());
  auto [waiting, waiting_done] = reporting_job();
  lanes.run(1, waiting);
  auto [other, other_done] = reporting_job();
  lanes.run(2, other);
  CHECK(is_done(other_done));
  CHECK(waiting_done.wait_for(std::chrono::milliseconds(50)) == std::future_status::timeout);
  hang.release();
  CHECK(is_done(waiting_done));
}
