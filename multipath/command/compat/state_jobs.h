#pragma once

#include <optional>

#include "multipath/command/compat/options.h"
#include "multipath/command/context.h"
#include "multipath/command/report.h"
#include "multipath/config/configuration.h"

namespace multipath {

/// -a -w -W (the wwids file), -t -T (the configuration), -c -u (is this a path?), -C -U (has this map a usable path?).
/// Nothing when the letters ask for something else.
std::optional<int> run_state_job(Context& context, const CompatOptions& letters,
                                 const Configuration& configuration, Verbosity verbosity);

}  // namespace multipath
