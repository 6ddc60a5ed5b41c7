#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "multipath/host/device_mapper.h"
#include "multipath/model/finding.h"
#include "multipath/model/map.h"

namespace multipath {

/// The multipath map that `device` is; nothing when its uuid does not start with "mpath-" or it can
/// not be read.
std::optional<CurrentMap> read_map(dm::DeviceMapper& device_mapper, const dm::Description& device,
                                   std::vector<Finding>& findings);

/// All multipath maps, in natural order of their names. A map that can not be read is a finding,
/// and left out.
std::vector<CurrentMap> read_maps(dm::DeviceMapper& device_mapper, std::vector<Finding>& findings);

/// More of those devices, in natural order of their names; one that is gone since is left out.
std::vector<dm::Description> read_devices(dm::DeviceMapper& device_mapper,
                                          std::span<const dm::Device> devices,
                                          std::vector<Finding>& findings);

/// Every device-mapper device, whatever made it, with what names and uuids are taken.
std::vector<dm::Description> read_all_devices(dm::DeviceMapper& device_mapper,
                                              std::vector<Finding>& findings);

}  // namespace multipath
