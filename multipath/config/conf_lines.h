#pragma once

#include <string>
#include <string_view>

#include "multipath/config/blacklist.h"

namespace multipath {

// Lines for a person to paste at the end of multipath.conf: a brace or an entry on each line, values
// as exact patterns. The lines are indented by two blanks, so that they stand out below a sentence.

/// A devices section that lists the hardware.
std::string listing_lines(std::string_view vendor, std::string_view product);

/// A blacklist_exceptions section for a device property, a devnode, a protocol or a WWID.
std::string exception_lines(RuleKind kind, std::string_view value);
/// A blacklist_exceptions section for hardware.
std::string exception_lines(std::string_view vendor, std::string_view product);

/// A blacklist section for a unit.
std::string blacklist_lines(std::string_view wwid);

}  // namespace multipath
