#pragma once

#include <string>
#include <vector>

#include "multipath/planning/plan.h"

namespace multipath {

class SysTree;

/// Leaves those paths out of the map that the action is to make which went since they answered, or which the
/// kernel took out of use: it loads no table that names one (drivers/md/dm-table.c, dm_get_device: ENXIO,
/// ENODEV). Paths that the map has already stay, as the kernel has them open. Gives the kernel's names of
/// those that were left out; none, and the action as it was, where no path would be left.
std::vector<std::string> leave_out_lost_paths(const SysTree& sys, Action& action);

}  // namespace multipath
