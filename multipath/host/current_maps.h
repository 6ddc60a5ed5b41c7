#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "multipath/host/device_mapper.h"
#include "multipath/model/finding.h"
#include "multipath/model/map.h"

namespace multipath {

/// Reads the multipath map `device`. Returns nothing if its uuid does not start with "mpath-" or if
/// it cannot be read.
std::optional<CurrentMap> read_map(dm::DeviceMapper& device_mapper, const dm::Description& device,
                                   std::vector<Finding>& findings);

/// Returns all multipath maps, sorted by name (natural order). A map that cannot be read is left
/// out and reported in `findings`.
std::vector<CurrentMap> read_maps(dm::DeviceMapper& device_mapper, std::vector<Finding>& findings);

/// Describes `devices`, sorted by name (natural order). Devices that have disappeared are left out.
std::vector<dm::Description> read_devices(dm::DeviceMapper& device_mapper,
                                          std::span<const dm::Device> devices,
                                          std::vector<Finding>& findings);

/// Describes every device-mapper device, whichever program created it. The result shows which names
/// and uuids are in use.
std::vector<dm::Description> read_all_devices(dm::DeviceMapper& device_mapper,
                                              std::vector<Finding>& findings);

}  // namespace multipath
