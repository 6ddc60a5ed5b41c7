#pragma once

#include <functional>
#include <map>
#include <set>
#include <vector>

#include "multipath/discovery/identify.h"
#include "multipath/host/host.h"
#include "multipath/model/finding.h"
#include "multipath/model/map.h"
#include "multipath/model/path.h"

namespace multipath {

/// The host as it is: what planning starts from and what listings show.
struct Discovery {
  std::vector<Path> paths;                     ///< in natural order
  std::vector<CurrentMap> maps;                ///< in natural order
  std::vector<dm::Description> other_devices;  ///< device-mapper devices that are no multipath maps
  std::vector<Finding> findings;
  /// How each disk came to be what its path says; only where the questions want it told.
  std::map<DeviceNumber, std::vector<Decision>> traces = {};
};

/// How much the devices themselves are asked.
enum class Depth : std::uint8_t {
  recall,  ///< nothing: sysfs and device-mapper only, so that no dead path can be touched
  ask,     ///< identity, checker and priority
};

/// All maps and all SCSI disks. Without a device-mapper driver the maps are empty, and a finding
/// says so when `need_device_mapper` is no; else the std::system_error passes.
enum class NeedDeviceMapper : bool { no, yes };
Discovery discover(const Host& host, std::span<const HardwareEntry> hardware,
                   const DiscoveryOptions& discovery_options, NeedDeviceMapper need_device_mapper);

/// The same for the units that these devices belong to, or belonged to by a map's table: no path of
/// another unit is asked or told of. Which disks are of a unit, maps and the kernel's cached pages
/// tell. All maps are there.
Discovery discover_units_of(const Host& host, std::span<const HardwareEntry> hardware,
                            const DiscoveryOptions& discovery_options,
                            const std::set<DeviceNumber>& devices);

/// Which paths a listing of maps has: those of its maps, or all SCSI disks of the host.
enum class ListedPaths : bool { of_maps, all };

/// The maps that `wanted` accepts, and their paths or all paths: nothing else is touched.
Discovery discover_maps(const Host& host, std::span<const HardwareEntry> hardware,
                        const DiscoveryOptions& discovery_options, Depth depth,
                        const std::function<bool(const CurrentMap&)>& wanted,
                        ListedPaths listed = ListedPaths::of_maps);

}  // namespace multipath
