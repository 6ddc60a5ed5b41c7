#pragma once

#include <string>
#include <vector>

#include "multipath/command/context.h"
#include "multipath/run/plan_run.h"

namespace multipath {

/// Throws UsageError with the packaged tool's text for the first of `words` that names neither a
/// path, a map nor a unit that may be absent: a misspelled verb must not look like success. Of
/// units that are absent, a line on stderr.
void check_unmatched_words(Context& context, const std::vector<std::string>& words,
                           const PlanRun& planned, const PlanningOptions& planning_options);

}  // namespace multipath
