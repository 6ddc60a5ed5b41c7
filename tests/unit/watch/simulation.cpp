#include <algorithm>
#include <numeric>

#include <doctest/doctest.h>

#include "tests/unit/watch/simulated_san.h"

using namespace multipath;
using namespace multipath::tests;
using namespace std::chrono_literals;

namespace {

watch::MapPolicy policy(std::uint32_t checks = 6) {
  watch::MapPolicy result;
  result.no_path_retry = NoPathRetry{NoPathRetry::Kind::count, checks};
  result.failback = {Failback::Kind::immediate, 0};
  return result;
}

}  // namespace

TEST_CASE("simulated SAN: paths fail, keep silent and return at random") {
  for (std::uint32_t seed = 1; seed <= 6; ++seed) {
    CAPTURE(seed);
    SimulatedSan san(seed, 10, 4, policy(), {.paths_per_minute = 100});
    CHECK_NOTHROW(san.run(20min));
    CHECK(san.asked() > 10 * 4 * 20 * 2);
  }
}

TEST_CASE("simulated SAN: events get lost or come twice, and the kernel refuses") {
  for (std::uint32_t seed = 1; seed <= 6; ++seed) {
    CAPTURE(seed);
    SimulatedSan san(seed, 10, 4, policy(),
                     {.paths_per_minute = 100, .refused = 50, .lost = 50, .doubled = 100});
    CHECK_NOTHROW(san.run(20min));
  }
}

TEST_CASE("simulated SAN: the same seed gives the same journal, another seed another one") {
  const auto hash = [](std::uint32_t seed) {
    SimulatedSan san(seed, 10, 4, policy(), {.paths_per_minute = 300, .refused = 20, .lost = 20});
    san.run(10min);
    return san.journal_hash;
  };
  CHECK(hash(7) == hash(7));
  CHECK(hash(7) != hash(8));
}

TEST_CASE("simulated SAN: checks are spread evenly, at the start and later") {
  SimulatedSan san(1, 500, 4, policy(), {});
  san.run(3min);
  const auto& asked = san.asked_in_second();
  const auto mean_of = [&](std::size_t first, std::size_t last) {
    return std::accumulate(asked.begin() + static_cast<std::ptrdiff_t>(first),
                           asked.begin() + static_cast<std::ptrdiff_t>(last), 0.0) /
           static_cast<double>(last - first);
  };
  for (const auto& [first, last] : {std::pair<std::size_t, std::size_t>(1, 5), {100, 170}}) {
    const double mean = mean_of(first, last);
    CHECK(mean == doctest::Approx(first == 1 ? 400 : 100).epsilon(0.02));
    for (std::size_t second = first; second < last; ++second) {
      CAPTURE(second);
      CHECK(asked[second] == doctest::Approx(mean).epsilon(0.1));
    }
  }
}

TEST_CASE("simulated SAN: a fabric goes and returns, and checks stay spread") {
  SimulatedSan san(1, 100, 4, policy(), {});
  san.run(2min);
  for (std::size_t path = 0; path < 400; path += 2)
    san.set(SimulatedSan::number_of(path), SimulatedSan::Behaviour::silent);
  san.run(5min);
  CHECK(san.is_failed(SimulatedSan::number_of(0)));
  CHECK_FALSE(san.is_failed(SimulatedSan::number_of(1)));
  for (std::size_t path = 0; path < 400; path += 2)
    san.set(SimulatedSan::number_of(path), SimulatedSan::Behaviour::works);
  const std::size_t from = san.asked_in_second().size();
  san.run(3min);
  CHECK_FALSE(san.is_failed(SimulatedSan::number_of(0)));
  const auto& asked = san.asked_in_second();
  CHECK(*std::max_element(asked.begin() + static_cast<std::ptrdiff_t>(from), asked.end()) < 100);
}

TEST_CASE("simulated SAN: after the host slept not all paths are asked at once") {
  SimulatedSan san(1, 100, 4, policy(), {});
  san.run(2min);
  watch::Watch watch = san.watch();
  const auto actions = watch.step(san.now() + 8h, watch::Tick{});
  CHECK(actions.empty());
  CHECK(watch.next_wake_up() < san.now() + 8h + 5s);
}
