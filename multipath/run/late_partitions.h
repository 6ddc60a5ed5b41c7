#pragma once

#include <span>

#include "multipath/command/context.h"
#include "multipath/model/map.h"
#include "multipath/planning/apply.h"

namespace multipath {

/// Partition maps that udev last saw when their map had no usable path: nobody has read them since, and a path that comes back is
/// an event of the map alone. When the map has a usable path now, the kernel is told to send their change event once more.
void announce_late_partitions(Context& context, const CurrentMap& map);
/// The same for the maps that a plan has changed.
void announce_late_partitions(Context& context, std::span<const Outcome> outcomes);

}  // namespace multipath
