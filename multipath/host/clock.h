#pragma once

#include <chrono>

namespace multipath {

/// The time that waits and deadlines are measured in. It never goes back; where it starts means
/// nothing.
class Clock {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  virtual ~Clock() = default;
  virtual TimePoint now() const = 0;
  /// Returns when the time has passed, at once for none.
  virtual void sleep(std::chrono::milliseconds time) = 0;
};

}  // namespace multipath
