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

}  // namespace multipath
