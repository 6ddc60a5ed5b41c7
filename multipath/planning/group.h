#pragma once

#include <vector>

#include "multipath/model/map.h"

namespace multipath {

/// Groups paths, sorted by priority, then by the number of usable paths, then by the order of the
/// paths. A group's priority is the mean priority of its usable paths, as in multipath-tools. Paths
/// without the serial number, target node name or port group that the policy uses form one group.
///
/// A path failure does not change the grouping. A failed path inherits the property of the usable
/// paths of its live group; if these differ, of its target port group. If a group's priority is
/// unknown because its paths failed, the group keeps its position in the live table. Groups of
/// equal priority keep their order. `live` is null for a map that does not exist.
std::vector<PathGroup> group_paths(std::vector<Path> paths, PathGroupingPolicy policy,
                                   const MultipathTable* live = nullptr);

}  // namespace multipath
