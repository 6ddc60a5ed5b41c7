#pragma once

#include <functional>
#include <map>
#include <set>
#include <vector>

#include "multipath/discovery/build_paths.h"
#include "multipath/discovery/identify.h"
#include "multipath/host/host.h"
#include "multipath/model/finding.h"
#include "multipath/model/map.h"
#include "multipath/model/path.h"

namespace multipath {

/// The host as it is: what planning starts from and what listings show.
struct Discovery {
  std::vector<Path> paths;       ///< in natural order
  std::vector<CurrentMap> maps;  ///< in natural order
  std::vector<dm::Description>
      other_devices;  ///< device-mapper devices that are not multipath maps
  std::vector<Finding> findings;
  /// The decisions on each disk; only where the options want them recorded.
  std::map<DeviceNumber, std::vector<Decision>> traces = {};
};

/// Without a device-mapper driver there are no maps: with `no` a finding reports that, with `yes` the
/// std::system_error passes.
enum class NeedDeviceMapper : bool { no, yes };

/// Adds the maps and the other device-mapper devices.
void read_device_mapper(dm::DeviceMapper& device_mapper, NeedDeviceMapper need,
                        Discovery& discovery);

/// All maps and all disks that can be paths.
Discovery discover(const Host& host, std::span<const HardwareEntry> hardware,
                   const DiscoveryOptions& discovery_options, NeedDeviceMapper need_device_mapper);

/// The same for the units that these devices belong to, or belonged to by a map's table: no path of
/// another unit is asked or reported. Maps and the kernel's cached pages show which disks are of a
/// unit. All maps are there.
Discovery discover_units_of(const Host& host, std::span<const HardwareEntry> hardware,
                            const DiscoveryOptions& discovery_options,
                            const std::set<DeviceNumber>& devices);

/// Which paths a listing of maps has: the paths of its maps, or all disks of the host.
enum class ListedPaths : bool { of_maps, all };

/// The maps that `wanted` accepts, and their paths or all paths: nothing else is touched.
Discovery discover_maps(const Host& host, std::span<const HardwareEntry> hardware,
                        const DiscoveryOptions& discovery_options, Depth depth,
                        const std::function<bool(const CurrentMap&)>& wanted,
                        ListedPaths listed = ListedPaths::of_maps);

}  // namespace multipath
