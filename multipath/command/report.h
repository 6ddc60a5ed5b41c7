#pragma once

#include <span>
#include <string>
#include <vector>

#include "multipath/command/context.h"
#include "multipath/command/shared_options.h"
#include "multipath/model/finding.h"
#include "multipath/model/path.h"
#include "multipath/planning/apply.h"
#include "multipath/run/notices.h"
#include "multipath/run/plan_run.h"
#include "multipath/run/restore_run.h"

namespace multipath {

/// Prints the findings that the verbosity includes on stderr, each as "multipath: sda: ...".
void report(Context& context, std::span<const Finding> findings, Verbosity verbosity);

/// Reports why a command has nothing to work on: on stderr, and with --json as the only document.
/// Returns the status.
ExitStatus report_failure(Context& context, const SharedOptions& options,
                          std::span<const Finding> failures, ExitStatus status);

/// For each word that names a path or unit that gets no map: a line on stderr with the reason.
void report_units_without_map(Context& context, const std::vector<Target>& targets,
                              const PlanRun& planned, const PlanningOptions& planning_options);

/// A line for each path, with what was found.
void report_stories(Context& context, std::span<const Path> paths);

/// A line for the action on a map, with the reason: "mpatha: create: 4 paths with this WWID, and no
/// map"; then its limits, which are written to the transports of its paths.
void report_reason(Context& context, const Action& action);

/// What the kernel rejected although the map works without it.
void report_remarks(Context& context, const Outcome& outcome);

/// The paths of a map that are in use again on stdout, and those that are not on stderr.
void report_restored(Context& context, const Restored& map);

/// Reports on stderr what a run finds while it is at work, whatever the verbosity, and counts the
/// actions of a plan up in one line of a terminal.
Notices notices_of(Context& context);

}  // namespace multipath
