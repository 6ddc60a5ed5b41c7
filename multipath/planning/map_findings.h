#pragma once

#include <span>
#include <vector>

#include "multipath/model/finding.h"
#include "multipath/model/map.h"
#include "multipath/model/path.h"
#include "multipath/planning/coalesce.h"

namespace multipath {

// Findings about current maps, beside the plan's actions.

/// Reports paths that identify as a unit other than their map's, and excluded paths, which are
/// removed from their map.
std::vector<Finding> findings_of_members(std::span<const Path> paths,
                                         std::span<const CurrentMap> maps);

/// Reports maps whose WWID follows another program's rule, and maps that stay unchanged: suspended
/// maps, and maps without any acceptable path, whose users may still wait for a path.
std::vector<Finding> findings_of_maps(std::span<const CurrentMap> maps, std::span<const Path> paths,
                                      const Units& units);

}  // namespace multipath
