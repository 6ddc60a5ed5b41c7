#pragma once

#include <algorithm>
#include <chrono>

namespace multipath {

/// The monotonic clock of waits and deadlines. Its epoch is arbitrary.
class Clock {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  virtual ~Clock() = default;
  virtual TimePoint now() const = 0;
  /// Returns after the time has passed; immediately for zero.
  virtual void sleep(std::chrono::milliseconds time) = 0;
};

/// The pause between two attempts: doubled after each attempt up to a limit.
class GrowingPause {
 public:
  constexpr GrowingPause(std::chrono::milliseconds first, std::chrono::milliseconds longest)
      : length_(first), longest_(longest) {}
  constexpr std::chrono::milliseconds length() const { return length_; }
  constexpr void grow() { length_ = std::min(2 * length_, longest_); }

 private:
  std::chrono::milliseconds length_;
  std::chrono::milliseconds longest_;
};

}  // namespace multipath
