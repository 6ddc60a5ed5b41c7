#pragma once

#include <string_view>

#include "multipath/discovery/prioritizer.h"

namespace multipath {

/// The prioritizer weightedpath.
///
///     arguments = key { expression priority }
///     key       = "hbtl" | "devname" | "serial" | "wwn"
///
/// Words are separated by blanks and tabs; an expression is a POSIX extended one, matched anywhere
/// in the path's "3:0:1:2", "sda", serial number or world wide names. The first that matches gives
/// the priority; none gives 0. Other text gives 0 and the reason; an expression that does
/// not compile is skipped and reported.
Prioritized weighted_priority(std::string_view arguments, const PathFacts& facts);

}  // namespace multipath
