#pragma once

#include <algorithm>

#include "multipath/host/clock.h"

namespace multipath {

/// A clock that only sleep() moves, so that nobody waits. What it shows is the sum of all sleeps.
class MemoryClock final : public Clock {
 public:
  TimePoint now() const override { return TimePoint(slept_); }
  void sleep(std::chrono::milliseconds time) override {
    slept_ += std::max(time, std::chrono::milliseconds(0));
  }
  std::chrono::milliseconds slept() const { return slept_; }

 private:
  std::chrono::milliseconds slept_{0};
};

}  // namespace multipath
