#pragma once

#include <chrono>
#include <string>

#include "multipath/model/map.h"

namespace multipath {

// Words of the command line as the values that they mean. Each throws UsageError.

int parse_verbosity(const std::string& text);
int parse_count(const std::string& text);
std::chrono::milliseconds parse_seconds(const std::string& text);
PathGroupingPolicy parse_policy(const std::string& text);
/// A name that a map can have: 1 to 127 bytes that neither udev nor libdm has to change, not a path.
void require_map_name(const std::string& text);

}  // namespace multipath
