#pragma once

#include <optional>

#include "multipath/command/compat/options.h"
#include "multipath/command/context.h"
#include "multipath/command/report.h"
#include "multipath/config/configuration.h"

namespace multipath {

/// Runs the jobs that neither change nor list maps: -a -w -W (the wwids file), -t -T (the
/// configuration), -c -u (should this device be a path?), -C -U (does this map have a usable path?).
/// Nothing for any other job.
std::optional<int> run_job_without_plan(Context& context, const CompatOptions& compat,
                                        const Configuration& configuration, Verbosity verbosity);

}  // namespace multipath
