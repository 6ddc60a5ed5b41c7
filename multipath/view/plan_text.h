#pragma once

#include <span>
#include <string>

#include "multipath/planning/apply.h"
#include "multipath/planning/apply_partitions.h"

namespace multipath {

/// "5 to /sys/class/fc_remote_ports/rport-3:0-1/fast_io_fail_tmo (built-in default)"
std::string write_text(const SysfsWrite& write);

/// What is to be, or was, done to each map, for a person. Grammar:
///
///     outcome = action "  " name "  " reason LF ["        failed: " error LF] ["        table: "
///     table LF] {"        write: " value " to " file " (" origin ")" LF} {"        note: " text LF}
///
/// The table line stands behind actions that load one; then what transports are told before it is,
/// and what of the configuration or by the kernel is not so.
std::string render_outcomes(std::span<const Outcome> outcomes);

/// {action "  " name "  " reason LF ["        failed: " error LF]}; nothing of a partition map that
/// is as it should be.
std::string render_partitions(std::span<const PartitionOutcome> outcomes);

}  // namespace multipath
