#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "multipath/discovery/enumerate.h"
#include "multipath/discovery/foreign_wwid_rules.h"
#include "multipath/discovery/identify.h"
#include "multipath/host/host.h"
#include "multipath/model/map.h"

namespace multipath {

/// Finds live maps whose WWID another program gave to the unit (foreign_wwid_rules.h), and gives all disks
/// of the unit the WWID of the map. Path::name_of_map records the rule and the WWID by this
/// program's rule. The blacklist applies to the WWID of the map. If the unit also has an open map
/// named by this program's rule, the disks keep that WWID.
///
/// Queries only disks in a map with another WWID than theirs (pages 0x83 and 0x80). Records of udev
/// and the kernel count unless their copy of page 0x83 shows that the device has become another
/// unit.
void take_map_identities(const Host& host, std::span<const HardwareEntry> hardware,
                         const DiscoveryOptions& discovery_options,
                         const std::vector<CurrentMap>& maps, std::vector<Disk>& disks);

/// Returns all names of the disk's unit according to the records of the kernel and udev; no I/O.
std::vector<GivenName> recalled_names(const Host& host, const Configuration& configuration,
                                      const Disk& disk);

/// Gives a disk of the map with this WWID the WWID of the map if a rule derives it from the records
/// of the kernel and udev. The blacklist then applies to that WWID.
void recall_map_identity(const Host& host, const Configuration& configuration, const Wwid& map,
                         Disk& disk);

}  // namespace multipath
