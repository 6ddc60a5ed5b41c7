#pragma once

#include "multipath/config/configuration.h"
#include "multipath/model/transport_facts.h"
#include "multipath/planning/plan.h"

namespace multipath {

/// Completes the actions of a plan that load a table with the limits of their paths' transports
/// (fast_io_fail_tmo, dev_loss_tmo, eh_deadline, max_sectors_kb). A file that paths share is written
/// once. Pure: the facts have to have every path of these actions.
void plan_transport_limits(Plan& plan, const Configuration& configuration,
                           const TransportFacts& facts);

}  // namespace multipath
