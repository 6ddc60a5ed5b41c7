#pragma once

#include <chrono>

namespace multipath::watch {

/// CLOCK_BOOTTIME, which goes on while the host sleeps. Nothing in this room reads a clock: the time of
/// an event comes with the event.
struct BootClock {
  using duration = std::chrono::milliseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<BootClock>;
  static constexpr bool is_steady = true;
};
using Duration = BootClock::duration;
using Instant = BootClock::time_point;

/// The first instant after `now` that is `phase` behind a multiple of `interval`. Checks at such
/// instants stay spread, whatever made them due, and two of them are never closer than `interval`.
/// `interval` is above 0.
Instant next_aligned(Instant now, Duration phase, Duration interval);

}  // namespace multipath::watch
