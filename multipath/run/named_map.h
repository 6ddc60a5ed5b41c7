#pragma once

#include <optional>
#include <vector>

#include "multipath/host/device_mapper.h"
#include "multipath/model/finding.h"
#include "multipath/model/map.h"
#include "multipath/run/target.h"

namespace multipath {

/// The device-mapper device that a target names, whatever made it: by its number, its name, its uuid, or as the map of a WWID.
/// Throws std::system_error when device-mapper refuses.
std::optional<dm::Description> find_device(dm::DeviceMapper& device_mapper, const Target& target);

/// The multipath map that a target means: the one that it names, which alone is read, or else the one that it is a path of. Of
/// what can not be read `findings` tells. Throws as find_device does.
std::optional<CurrentMap> find_map(dm::DeviceMapper& device_mapper, const Target& target,
                                   std::vector<Finding>& findings);

}  // namespace multipath
