#pragma once

#include "multipath/host/clock.h"

namespace multipath {

/// CLOCK_MONOTONIC of the kernel.
class LiveClock final : public Clock {
 public:
  TimePoint now() const override;
  void sleep(std::chrono::milliseconds time) override;
};

}  // namespace multipath
