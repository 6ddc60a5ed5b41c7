#pragma once

#include "multipath/config/configuration.h"
#include "multipath/host/sys_tree.h"
#include "multipath/model/map.h"
#include "multipath/model/path.h"
#include "multipath/watch/event.h"
#include "multipath/watch/policy.h"

namespace multipath::daemon {

/// How a map is watched: the settings of its unit. `member` is any path of it; null if none is known.
watch::MapPolicy policy_of(const Configuration& configuration, const CurrentMap& map,
                           const Path* member);

/// A map of the kernel for the decisions. Paths are in the groups of the table; states are those of
/// the status. The kernel names of the paths are sysfs'.
watch::MapSeen seen_map(const SysTree& sys, const CurrentMap& map);

/// How long a device may take for a check: checker_timeout, else the 30 s of the kernel's disk
/// driver.
std::chrono::milliseconds check_limit(const Configuration& configuration);

/// recheck_wwid of a path, which is on here unless a file sets it to no: a LUN number that was given
/// to another unit must not come back into the old map.
bool rechecks_wwid(const Configuration& configuration, const Subject& subject);

}  // namespace multipath::daemon
