#pragma once

#include <set>
#include <span>

#include "multipath/command/context.h"
#include "multipath/config/configuration.h"
#include "multipath/model/map.h"
#include "multipath/model/path.h"

namespace multipath {

struct Restored {
  std::size_t silent = 0;       ///< paths that are out of use and do not work yet
  std::size_t failures = 0;     ///< that the kernel did not take back, or that must not come back
  bool has_path = false;        ///< the map has one in use now
  std::set<DeviceNumber> back;  ///< paths that are in use again
};

/// Takes the paths of a map that work, and that device-mapper took out of use, into use again, with a
/// line for each on the standard output; one that the kernel refuses is told on stderr, and, with recheck_wwid, one that says now
/// that it is another unit, which stays out of use.
Restored restore_paths(Context& context, const Configuration& configuration, const CurrentMap& map,
                       std::span<const Path> paths);

}  // namespace multipath
