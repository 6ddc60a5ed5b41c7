#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace multipath::watch {

/// A path of a group, for the choice of a group.
struct RatedPath {
  bool usable = false;
  std::optional<int> priority = {};
};

/// The group that should be in use, from 1: the highest average of the known priorities of usable paths,
/// then the most usable paths, then the first. 0 when no group has a usable path.
std::size_t best_group(std::span<const std::vector<RatedPath>> groups);

}  // namespace multipath::watch
