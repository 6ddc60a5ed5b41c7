#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "multipath/discovery/enumerate.h"
#include "multipath/discovery/identify.h"
#include "multipath/discovery/other_rules.h"
#include "multipath/host/host.h"
#include "multipath/model/map.h"

namespace multipath {

/// Finds the live maps whose WWID is not the run's own rule's, but another program's for the same
/// unit (other_rules.h). Such a map is of the unit: all disks of the unit go by its WWID from here
/// on, and Path::name_of_map has the rule. The blacklist judges that WWID. Where an open map by the
/// own rule also has the unit, the disks keep their own WWID.
///
/// Only disks of a map whose WWID they do not go by are asked anything more (page 0x83, page 0x80).
/// What udev and the kernel wrote down counts unless their copy of page 0x83 shows that the device
/// became another unit since.
void take_map_identities(const Host& host, std::span<const HardwareEntry> hardware,
                         const DiscoveryOptions& discovery_options,
                         const std::vector<CurrentMap>& maps, std::vector<Disk>& disks);

/// All names of the disk's unit by what the kernel and udev wrote down; no I/O.
std::vector<GivenName> recalled_names(const Host& host, const Configuration& configuration,
                                      const Disk& disk);

/// A disk that is a path of the map with this WWID, by what the kernel and udev wrote down: it goes
/// by that WWID, where any rule gives it, and the blacklist judges that one.
void recall_map_identity(const Host& host, const Configuration& configuration, const Wwid& map,
                         Disk& disk);

}  // namespace multipath
