#pragma once

#include "multipath/host/sys_tree.h"
#include "multipath/model/map.h"

namespace multipath {

/// Has a map a path that device-mapper uses and whose device takes I/O? From the map's status and
/// sysfs; nothing is opened.
bool has_usable_path(const SysTree& sys, const CurrentMap& map);

}  // namespace multipath
