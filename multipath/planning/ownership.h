#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "multipath/model/map.h"
#include "multipath/model/member_index.h"
#include "multipath/model/path.h"
#include "multipath/planning/plan.h"

namespace multipath {

/// Tracks the maps of each path, including the actions decided so far, so that a path never gets
/// into two maps.
class Ownership {
 public:
  explicit Ownership(std::span<const CurrentMap> maps);

  /// A map that contains the path and is not `unit`'s; nullptr if there is none.
  const CurrentMap* other_map_of(const Path& path, const Wwid& unit) const;

  /// Updates the ownership of the action's paths.
  void take(const Action& action);

 private:
  std::multimap<DeviceNumber, const CurrentMap*> owners_;
};

/// Paths of a unit that belong to another map, and a finding with a remedy for each.
struct ConflictingPaths {
  std::vector<Path> paths;
  std::vector<Finding> findings;
};
/// Moves the conflicting paths out of `unit_paths`.
ConflictingPaths extract_conflicting_paths(const Ownership& ownership, const Wwid& unit,
                                           const CurrentMap* current,
                                           std::vector<Path>& unit_paths);

/// The reason why an open map's table must not change: a path that identifies as another unit would
/// be removed from the map. Empty if the table may change.
std::optional<std::string> reason_to_keep_table(const CurrentMap& current, const Wwid& unit,
                                                const PathIndex& paths);

}  // namespace multipath
