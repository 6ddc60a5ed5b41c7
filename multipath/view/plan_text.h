#pragma once

#include <span>
#include <string>

#include "multipath/planning/apply.h"
#include "multipath/planning/apply_partitions.h"

namespace multipath {

/// "5 to /sys/class/fc_remote_ports/rport-3:0-1/fast_io_fail_tmo (built-in default)"
std::string write_text(const SysfsWrite& write);

/// Prints the action on each map, planned or executed, for the user. Grammar:
///
///     outcome = action "  " name "  " reason LF ["        failed: " error LF]
///               ["        table: " table LF]
///               {"        write: " value " to " file " (" origin ")" LF}
///               {"        note: " text LF}
///
/// Actions that load a table print the table line. "write" lines are transport limits, set before
/// the table is loaded; "note" lines are settings that were adjusted, ignored or rejected.
std::string render_outcomes(std::span<const Outcome> outcomes);

/// {action "  " name "  " reason LF ["        failed: " error LF]}. Omits partition maps without a
/// change.
std::string render_partitions(std::span<const PartitionOutcome> outcomes);

/// {"would: " change LF}: what a command on a capture would have changed on the host.
std::string render_would(std::span<const std::string> changes);

}  // namespace multipath
