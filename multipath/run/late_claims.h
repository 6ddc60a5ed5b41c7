#pragma once

#include <span>

#include "multipath/command/context.h"
#include "multipath/planning/apply.h"

namespace multipath {

/// Disks that are paths of a map now, but that udev gave to others when it saw them: the kernel is told
/// to send their change event once more (sysfs uevent), so that the rules claim them. Without a udevd,
/// and where udev knows no disk, nothing.
void claim_late(Context& context, std::span<const Outcome> outcomes);

}  // namespace multipath
