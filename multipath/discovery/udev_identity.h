#pragma once

#include <vector>

#include "multipath/config/configuration.h"
#include "multipath/discovery/enumerate.h"
#include "multipath/host/udev_database.h"

namespace multipath {

/// Gives a disk whose own identity is known, or is not, the one that udev has for it, where a file
/// sets uid_attribute or uid_attrs; the blacklist judges that one. As in the packaged tool, a disk
/// without the property keeps its own only when the property is ID_SERIAL, the usual one, and has
/// none otherwise. A disk that is never a path stays none.
void take_udev_identity(const UdevDatabase& udev, const Configuration& configuration, Disk& disk);

}  // namespace multipath
