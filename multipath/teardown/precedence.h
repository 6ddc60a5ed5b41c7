#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace multipath {

/// What comes before what. Points are steps, or moments between them.
class Precedence {
 public:
  std::size_t add() { return size_++; }
  void before(std::size_t first, std::size_t second) { edges_.emplace_back(first, second); }
  std::size_t size() const { return size_; }

  /// All points in an order that fits; of those that could come next the one with the lowest rank,
  /// and those of rank 0 at once, in whatever order. Shorter than size() when there is a ring.
  std::vector<std::size_t> order(const std::vector<std::size_t>& rank) const;

 private:
  std::size_t size_ = 0;
  std::vector<std::pair<std::size_t, std::size_t>> edges_;
};

}  // namespace multipath
