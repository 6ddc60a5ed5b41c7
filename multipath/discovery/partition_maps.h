#pragma once

#include <span>
#include <vector>

#include "multipath/host/device_mapper.h"
#include "multipath/model/finding.h"
#include "multipath/model/map.h"
#include "multipath/model/partition.h"

namespace multipath {

/// The partition maps of a map, by their uuids, whichever program made them; `devices` are the
/// candidates.
/// In the order of their numbers.
std::vector<PartitionMap> read_partition_maps(dm::DeviceMapper& device_mapper,
                                              const CurrentMap& map,
                                              std::span<const dm::Description> devices);

}  // namespace multipath
