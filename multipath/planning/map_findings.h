#pragma once

#include <span>
#include <vector>

#include "multipath/model/finding.h"
#include "multipath/model/map.h"
#include "multipath/model/path.h"
#include "multipath/planning/coalesce.h"

namespace multipath {

// What a plan tells of maps as they are, beside what it does to them.

/// Paths of maps that say that they are another unit, as its data went somewhere else since, and those that
/// must not be paths (any more), which their map loses.
std::vector<Finding> findings_of_members(std::span<const Path> paths,
                                         std::span<const CurrentMap> maps);

/// Maps whose WWID is another program's rule's, and maps that are left alone: one without a path that may
/// be in it, as what uses it may wait for them, and one that is suspended, which is for whoever suspended it.
std::vector<Finding> findings_of_maps(std::span<const CurrentMap> maps, std::span<const Path> paths,
                                      const Units& units);

}  // namespace multipath
