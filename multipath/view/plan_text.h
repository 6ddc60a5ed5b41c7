#pragma once

#include <span>
#include <string>

#include "multipath/planning/apply.h"

namespace multipath {

/// What is to be, or was, done to each map, for a person. Grammar:
///
///     outcome = action "  " name "  " reason LF ["        failed: " error LF] ["        table: "
///     table LF]
///
/// The table line stands behind actions that load one.
std::string render_outcomes(std::span<const Outcome> outcomes);

}  // namespace multipath
