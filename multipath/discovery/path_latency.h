#pragma once

#include <string_view>

#include <tl/expected.hpp>

#include "multipath/discovery/prioritizer.h"

namespace multipath {

/// The prioritizer path_latency.
///
///     arguments = "io_num=" NUMBER " " "base_num=" NUMBER | NUMBER "|" NUMBER
///
/// How many reads, 20 to 200, and the base of the logarithm, 1.1 to 10.
struct LatencyArguments {
  int reads = 20;
  double base = 10;
};
tl::expected<LatencyArguments, std::string> parse_latency_arguments(std::string_view text);

/// The priority of a mean latency (of logarithms, as latencies spread): log_base(100 s / latency),
/// cut to whole numbers; 0 above 100 s, that of 1 us below it.
int priority_of_latency(double mean_logarithm_of_us, double base);

/// Reads the first block so many times, one after the other, and measures. A read that fails gives
/// no priority. The reads together get `limit`: when it is over, those that came count.
Prioritized latency_priority(scsi::LogicalUnit& unit, std::string_view arguments,
                             std::chrono::milliseconds limit, const Stopwatch& clock);

}  // namespace multipath
