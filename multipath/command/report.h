#pragma once

#include <span>
#include <string>
#include <vector>

#include "multipath/command/context.h"
#include "multipath/model/finding.h"
#include "multipath/model/path.h"
#include "multipath/planning/apply.h"
#include "multipath/run/notices.h"
#include "multipath/run/restore_run.h"

namespace multipath {

/// How much goes to stderr: 0 errors, 2 warnings as well (the default), 3 everything.
using Verbosity = int;
inline constexpr Verbosity default_verbosity = 2;

/// Findings on stderr, each a line "multipath: sda: ...".
void report(Context& context, std::span<const Finding> findings, Verbosity verbosity);

/// A line for each path: what was found out of it.
void report_stories(Context& context, std::span<const Path> paths);

/// A line for what becomes of a map, with the reason: "mpatha: create: 4 paths with this WWID, and
/// no map".
/// And what its paths' transports are told.
void report_reason(Context& context, const Action& action);

/// What the kernel refused, and the map is good without.
void report_remarks(Context& context, const Outcome& outcome);

/// The paths of a map that are in use again on stdout, and those that are not on stderr.
void report_restored(Context& context, const Restored& map);

/// Reports on stderr what a run finds while it is at work, whatever the verbosity, and counts the
/// actions of a plan up in one line of a terminal.
Notices notices_of(Context& context);

}  // namespace multipath
