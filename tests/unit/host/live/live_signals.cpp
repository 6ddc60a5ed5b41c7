#include "multipath/host/live/live_signals.h"

#include <csignal>

#include <doctest/doctest.h>

using namespace multipath;

TEST_CASE("signals are read from the descriptor, as what they mean") {
  sigset_t before;
  REQUIRE(::pthread_sigmask(SIG_SETMASK, nullptr, &before) == 0);
  {
    LiveSignals signals;
    CHECK_FALSE(signals.take().has_value());
    ::raise(SIGHUP);
    CHECK(signals.take() == Signal::reconfigure);
    ::raise(SIGTERM);
    CHECK(signals.take() == Signal::end);
    CHECK_FALSE(signals.take().has_value());
  }
  REQUIRE(::pthread_sigmask(SIG_SETMASK, &before, nullptr) == 0);
}
