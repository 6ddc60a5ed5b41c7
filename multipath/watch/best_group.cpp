#include "multipath/watch/best_group.h"

#include <tuple>

namespace multipath::watch {

std::size_t best_group(std::span<const std::vector<RatedPath>> groups) {
  std::size_t best = 0;
  std::tuple<std::int64_t, std::size_t> rating;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    std::int64_t sum = 0;
    std::int64_t rated = 0;
    std::size_t usable = 0;
    for (const RatedPath& path : groups[i]) {
      if (!path.usable) continue;
      ++usable;
      if (!path.priority) continue;
      sum += *path.priority;
      ++rated;
    }
    if (usable == 0) continue;
    const std::tuple candidate(rated == 0 ? 0 : sum / rated, usable);
    if (best != 0 && candidate <= rating) continue;
    best = i + 1;
    rating = candidate;
  }
  return best;
}

}  // namespace multipath::watch
