#pragma once

#include <cstddef>
#include <vector>

namespace multipath {

/// What comes before what. Points are steps, or moments between them.
class Precedence {
 public:
  std::size_t add() {
    after_.emplace_back();
    waits_for_.push_back(0);
    return after_.size() - 1;
  }
  void before(std::size_t first, std::size_t second) {
    after_[first].push_back(second);
    ++waits_for_[second];
  }
  std::size_t size() const { return after_.size(); }

  /// All points in an order that fits; of those that could come next the one with the lowest rank.
  /// Shorter than size() when there is a ring.
  std::vector<std::size_t> order(const std::vector<std::size_t>& rank) const;

 private:
  std::vector<std::vector<std::size_t>> after_;
  std::vector<std::size_t> waits_for_;
};

}  // namespace multipath
