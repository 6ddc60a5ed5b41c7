#pragma once

#include <span>
#include <vector>

#include "multipath/model/finding.h"
#include "multipath/model/map.h"
#include "multipath/model/path.h"
#include "multipath/planning/coalesce.h"
#include "multipath/planning/plan.h"

namespace multipath {

// Findings about current maps, beside the plan's actions.

/// Does a path of the map identify as another unit?
bool was_replaced(const Path& path, const CurrentMap& map);
/// The steps that end such a state, for the user.
std::string remedy_for_replaced(const Path& path, const CurrentMap& map);

/// The step that ends the use of a path without its map (users_beside_map()), for the user.
std::string remedy_for_bypass(const Path& path, const CurrentMap& map);

/// An action "nothing" for each map without an action whose existing paths are all excluded.
std::vector<Action> actions_of_excluded_maps(std::span<const CurrentMap> maps,
                                             std::span<const Path> paths, const Plan& plan);

/// Reports paths that identify as a unit other than their map's, excluded paths, which are
/// removed from their map, and paths that are in use without their map.
std::vector<Finding> findings_of_members(std::span<const Path> paths,
                                         std::span<const CurrentMap> maps);

/// Reports maps whose WWID follows another program's rule, and maps that stay unchanged: suspended
/// maps, and maps without any acceptable path, whose users may still wait for a path.
std::vector<Finding> findings_of_maps(std::span<const CurrentMap> maps, std::span<const Path> paths,
                                      const Units& units);

}  // namespace multipath
