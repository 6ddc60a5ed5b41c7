#pragma once

#include "multipath/config/configuration.h"
#include "multipath/host/sys_tree.h"
#include "multipath/planning/plan.h"

namespace multipath {

/// Completes the actions of a plan that load a table with what the transports of their paths are to
/// be told (fast_io_fail_tmo, dev_loss_tmo, eh_deadline, max_sectors_kb), by what sysfs has now. A
/// file that paths share is written once.
void plan_transport_limits(const SysTree& sys, const Configuration& configuration, Plan& plan);

}  // namespace multipath
