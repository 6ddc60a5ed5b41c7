#include "multipath/discovery/path_latency.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "libsg/read.h"
#include "multipath/model/number_text.h"

namespace multipath {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr double longest_us = 100'000'000;
constexpr int fewest_reads = 20, most_reads = 200;
constexpr double least_base = 1.1, largest_base = 10;

/// The text after `key` up to the next blank; nothing without the key.
std::optional<std::string_view> value_of(std::string_view text, std::string_view key) {
  const std::size_t begin = text.find(key);
  if (begin == std::string_view::npos) return std::nullopt;
  text.remove_prefix(begin + key.size());
  return text.substr(0, std::min(text.find_first_of(" \t"), text.size()));
}

}  // namespace

tl::expected<LatencyArguments, std::string> parse_latency_arguments(std::string_view text) {
  const std::size_t bar = text.find('|');
  const auto reads_text = bar == std::string_view::npos ? value_of(text, "io_num=")
                                                        : std::optional(text.substr(0, bar));
  const auto base_text = bar == std::string_view::npos ? value_of(text, "base_num=")
                                                       : std::optional(text.substr(bar + 1));
  const auto reads = reads_text ? parse_number<int>(*reads_text) : std::nullopt;
  const auto base = base_text ? parse_number<double>(*base_text) : std::nullopt;
  if (!reads || !base) {
    return tl::unexpected(fmt::format("'{}' is not of the form io_num=20 base_num=10", text));
  }
  if (*reads < fewest_reads || *reads > most_reads) {
    return tl::unexpected(
        fmt::format("io_num is {}, not {} to {}", *reads, fewest_reads, most_reads));
  }
  if (!(*base >= least_base && *base <= largest_base)) {
    return tl::unexpected(
        fmt::format("base_num is {}, not {} to {}", *base, least_base, largest_base));
  }
  return LatencyArguments{.reads = *reads, .base = *base};
}

int priority_of_latency(double mean_logarithm_of_us, double base) {
  const double longest = std::log(longest_us);
  const double latency = std::clamp(mean_logarithm_of_us, 0.0, longest);
  return static_cast<int>((longest - latency) / std::log(base));
}

Prioritized latency_priority(scsi::LogicalUnit& unit, std::string_view arguments,
                             milliseconds limit, const Stopwatch& clock) {
  LatencyArguments wanted;
  std::string remark;
  if (auto parsed = parse_latency_arguments(arguments)) {
    wanted = *parsed;
  } else {
    remark = "; prio_args: " + parsed.error() + ", so the defaults are used";
  }
  const microseconds begin = clock();
  double sum = 0;
  int reads = 0;
  for (microseconds before = begin; reads < wanted.reads && before - begin < limit; ++reads) {
    const auto response = scsi::read_first_block(unit, limit);
    if (!response.usable())
      return {std::nullopt, "READ of the first block: " + to_string(response)};
    const microseconds after = clock();
    sum += std::log(std::max(1.0, static_cast<double>((after - before).count())));
    before = after;
  }
  if (reads == 0) return {std::nullopt, "no time to read"};
  const double mean = sum / reads;
  return {priority_of_latency(mean, wanted.base),
          fmt::format("{} reads took {:.0f} us each{}", reads, std::exp(mean), remark)};
}

}  // namespace multipath
