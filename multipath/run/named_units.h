#pragma once

#include <optional>
#include <vector>

#include "multipath/discovery/selected_units.h"
#include "multipath/host/host.h"
#include "multipath/run/targets.h"

namespace multipath {

/// The units that targets name by disk, map or WWID, which may have no disk. Returns nothing if a
/// target can be none of these, or if it cannot be read which maps there are.
std::optional<WantedUnits> units_named(const Host& host, const std::vector<Target>& targets);

}  // namespace multipath
