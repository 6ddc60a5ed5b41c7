#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace multipath {

/// A partial order of points, which are steps or milestones between steps.
class Precedence {
 public:
  std::size_t add() { return size_++; }
  void before(std::size_t first, std::size_t second) { edges_.emplace_back(first, second); }
  std::size_t size() const { return size_; }

  /// Sorts the points topologically. Of the points that can come next, takes points of rank 0
  /// first, in any order, then the point with the lowest rank. Shorter than size() if there is a
  /// cycle.
  std::vector<std::size_t> order(const std::vector<std::size_t>& rank) const;

 private:
  std::size_t size_ = 0;
  std::vector<std::pair<std::size_t, std::size_t>> edges_;
};

}  // namespace multipath
