#pragma once

#include "multipath/holders/walk.h"
#include "multipath/host/host.h"

namespace multipath {

/// Adds to the walk's nodes who uses them (mounts, swaps, open files, exports, pools), the devices
/// that stand on them through a file, what goes down with them, and their legs.
void add_users(const Host& host, HolderWalk& walk);

}  // namespace multipath
