#pragma once

#include <string>
#include <vector>

#include "multipath/planning/plan.h"

namespace multipath {

class SysTree;

/// Removes from the action's map the paths that disappeared or went offline since they answered:
/// the kernel rejects a table that contains such a path (drivers/md/dm-table.c, dm_get_device:
/// ENXIO, ENODEV). Keeps the paths of the current map, which the kernel has open. Returns the
/// kernel names of the removed paths. If no path would remain, removes none.
std::vector<std::string> remove_lost_paths(const SysTree& sys, Action& action);

}  // namespace multipath
