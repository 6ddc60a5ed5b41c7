#pragma once

#include <functional>
#include <string>
#include <vector>

#include "multipath/host/host.h"
#include "multipath/model/holder.h"

namespace multipath {

/// Knames of all paths of the unit that a disk or multipath map belongs to.
using PathsOfUnit = std::function<std::vector<std::string>(const std::string& kname)>;

/// Everything above the devices `knames`, found without changing or activating anything:
/// sysfs holders and partitions, loops, md containers, cache sets, volume groups; mounts of every
/// mount namespace, swaps, open files, exports, pools. A path of a multipath map stands for its
/// map, which is reported as a finding. Names that are not devices are left out.
///
/// A device on one path of a unit is on the unit, with or without a map: the other paths of a
/// disk, a map or a partition named are there (Reach::path) where they are in use past the map.
///
/// Each device once, so the cost is linear in the number of devices and their links. In natural
/// order whatever the order of `knames`.
HolderGraph discover_holders(const Host& host, const std::vector<std::string>& knames,
                             const PathsOfUnit& paths_of_unit);

/// The device that a target of the command line stands for: the map of a path, the partition map
/// of a path's partition, or itself.
std::string promoted(const SysTree& sys, const std::string& kname);

/// The kname of a dm device with this name or uuid; nothing when there is none.
std::optional<std::string> kname_of_map(const SysTree& sys, const std::string& name_or_uuid);

}  // namespace multipath
