#pragma once

#include <vector>

#include "multipath/model/map.h"

namespace multipath {

/// Puts paths into groups, best first; of one priority, those with more working paths first, then in
/// the order of the paths. A group's priority is the mean of its working paths', as in
/// multipath-tools. Paths without the serial number, target node name or port group that the policy
/// looks at are a group together.
///
/// A failure changes no grouping. A path that is down counts as what the working paths of its group
/// in the live table are; where these differ, as what those of its target port group are. A group
/// whose priority is not known, as its paths are down, keeps its place in the live table; groups of
/// one priority keep theirs. `live` is null for a map that does not exist.
std::vector<PathGroup> group_paths(std::vector<Path> paths, PathGroupingPolicy policy,
                                   const MultipathTable* live = nullptr);

}  // namespace multipath
