#pragma once

#include <optional>
#include <set>
#include <span>

#include "multipath/discovery/discover.h"

namespace multipath {

/// Units to discover: those of some disks, and those with some WWIDs.
struct WantedUnits {
  std::set<DeviceNumber> disks;
  std::set<Wwid> wwids;
};

/// Some units of the host, as discover() finds them among all.
struct SelectedUnits {
  Discovery discovery;  ///< paths of these units alone; all maps
  std::set<Wwid> units;
  std::set<Wwid> other_units;  ///< units of the other disks
};

/// Finds the same paths of these units as discover(), but queries only their disks, disks without a
/// recalled identity, and disks with the same LUN, where a unit may have been replaced. Other disks
/// are recalled (membership.h). Returns nothing if the paths could differ: a disk that is not found
/// or has no recalled identity, a disk that answers with another identity than the recalled one, a
/// map with paths of two units or a WWID by another program's rule.
std::optional<SelectedUnits> discover_selected_units(const Host& host,
                                                     std::span<const HardwareEntry> hardware,
                                                     const DiscoveryOptions& discovery_options,
                                                     const WantedUnits& wanted,
                                                     NeedDeviceMapper need_device_mapper);

}  // namespace multipath
