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

/// Which maps have a path, as it is after the actions that are decided: no path gets into two maps,
/// and none is taken out of an open map because it says that it is another unit.
class Ownership {
 public:
  explicit Ownership(std::span<const CurrentMap> maps);

  /// A map other than that of `unit` which has the path.
  const CurrentMap* other_map_of(const Path& path, const Wwid& unit) const;

  /// From here on the paths belong to the maps that the action gives them.
  void take(const Action& action);

 private:
  std::multimap<DeviceNumber, const CurrentMap*> owners_;
};

/// Paths of a unit that another map has, each with what is to be done about it.
struct LeftToOthers {
  std::vector<Path> paths;
  std::vector<Finding> findings;
};
/// Takes them out of `unit_paths`.
LeftToOthers leave_to_others(const Ownership& ownership, const Wwid& unit,
                             const CurrentMap* current, std::vector<Path>& unit_paths);

/// Why an open map's table may not be changed: one of its paths says that it is another unit, so that
/// the change would take it out. Nothing when it may.
std::optional<std::string> reason_to_keep_table(const CurrentMap& current, const Wwid& unit,
                                                const PathIndex& paths);

}  // namespace multipath
