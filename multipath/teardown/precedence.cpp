#include "multipath/teardown/precedence.h"

#include <functional>
#include <queue>
#include <utility>

namespace multipath {

std::vector<std::size_t> Precedence::order(const std::vector<std::size_t>& rank) const {
  using Entry = std::pair<std::size_t, std::size_t>;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> ready;
  auto waits_for = waits_for_;
  for (std::size_t i = 0; i < size(); ++i) {
    if (waits_for[i] == 0) ready.emplace(rank[i], i);
  }
  std::vector<std::size_t> result;
  while (!ready.empty()) {
    const std::size_t point = ready.top().second;
    ready.pop();
    result.push_back(point);
    for (const std::size_t next : after_[point]) {
      if (--waits_for[next] == 0) ready.emplace(rank[next], next);
    }
  }
  return result;
}

}  // namespace multipath
