#pragma once

#include <vector>

#include "multipath/model/map.h"

namespace multipath {

/// Puts paths into groups, best first; of one priority, those with more working paths first, then in
/// the order of the paths. A group's priority is the mean of its working paths', as in
/// multipath-tools. Paths without the serial number, target node name or port group that the policy
/// looks at are a group together.
std::vector<PathGroup> group_paths(std::vector<Path> paths, PathGroupingPolicy policy);

}  // namespace multipath
