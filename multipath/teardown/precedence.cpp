#include "multipath/teardown/precedence.h"

#include <functional>
#include <queue>

namespace multipath {
namespace {

/// The followers of each point in one array: a list per point would dominate the cost of a large
/// plan.
struct Followers {
  std::vector<std::size_t> begin;  ///< start of each point's followers in `points`, then the end
  std::vector<std::size_t> points;
};

Followers group(std::size_t size, const std::vector<std::pair<std::size_t, std::size_t>>& edges) {
  Followers result{std::vector<std::size_t>(size + 1, 0), std::vector<std::size_t>(edges.size())};
  for (const auto& [first, second] : edges) ++result.begin[first + 1];
  for (std::size_t i = 0; i < size; ++i) result.begin[i + 1] += result.begin[i];
  auto next = result.begin;
  for (const auto& [first, second] : edges) result.points[next[first]++] = second;
  return result;
}

/// The points whose predecessors are all done.
class Ready {
 public:
  explicit Ready(const std::vector<std::size_t>& rank) : rank_(rank) {}

  void add(std::size_t point) {
    if (rank_[point] == 0) {
      at_once_.push_back(point);
    } else {
      ranked_.emplace(rank_[point], point);
    }
  }

  bool empty() const { return at_once_.empty() && ranked_.empty(); }

  std::size_t take() {
    std::size_t point = 0;
    if (at_once_.empty()) {
      point = ranked_.top().second;
      ranked_.pop();
    } else {
      point = at_once_.back();
      at_once_.pop_back();
    }
    return point;
  }

 private:
  using Entry = std::pair<std::size_t, std::size_t>;
  const std::vector<std::size_t>& rank_;
  std::vector<std::size_t> at_once_;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> ranked_;
};

}  // namespace

std::vector<std::size_t> Precedence::order(const std::vector<std::size_t>& rank) const {
  const Followers after = group(size_, edges_);
  std::vector<std::size_t> waits_for(size_, 0);
  for (const auto& [first, second] : edges_) ++waits_for[second];
  Ready ready(rank);
  for (std::size_t i = 0; i < size_; ++i) {
    if (waits_for[i] == 0) ready.add(i);
  }
  std::vector<std::size_t> result;
  result.reserve(size_);
  while (!ready.empty()) {
    const std::size_t point = ready.take();
    result.push_back(point);
    for (std::size_t i = after.begin[point]; i < after.begin[point + 1]; ++i) {
      const std::size_t next = after.points[i];
      if (--waits_for[next] == 0) ready.add(next);
    }
  }
  return result;
}

}  // namespace multipath
