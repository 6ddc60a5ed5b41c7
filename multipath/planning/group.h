#pragma once

#include <vector>

#include "multipath/model/map.h"

namespace multipath {

/// Puts paths into groups, best first; groups of one priority stay in the order of the paths. A
/// group's priority is the mean of its working paths', as in multipath-tools.
std::vector<PathGroup> group_paths(const std::vector<Path>& paths, PathGroupingPolicy policy);

}  // namespace multipath
