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
/// the priority; none gives 0. What is no such text gives nothing and says why, an expression that
/// does not compile is passed over, and text says so.
Prioritized weighted_priority(std::string_view arguments, const PathFacts& facts);

}  // namespace multipath
