#pragma once

#include <vector>

#include "multipath/host/device_mapper.h"
#include "multipath/run/notices.h"
#include "multipath/run/plan_run.h"

namespace multipath {

/// Carries a plan out: stores its new bindings first, and the units that have maps in the wwids file
/// afterwards. Has udev look again at paths and partition maps that it left to others (reannounce.h).
/// Throws std::system_error when the bindings cannot be stored; then nothing was done.
std::vector<Outcome> apply_planned(Host& host, const PlanRun& planned,
                                   const Configuration& configuration, const Notices& notices,
                                   dm::WaitForUdev wait = dm::WaitForUdev::yes);

}  // namespace multipath
