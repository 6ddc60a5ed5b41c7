#include "multipath/host/live/live_clock.h"

#include <thread>

namespace multipath {

Clock::TimePoint LiveClock::now() const { return std::chrono::steady_clock::now(); }

void LiveClock::sleep(std::chrono::milliseconds time) { std::this_thread::sleep_for(time); }

}  // namespace multipath
