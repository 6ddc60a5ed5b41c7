#pragma once

#include <span>
#include <vector>

#include "multipath/host/device_mapper.h"
#include "multipath/model/finding.h"
#include "multipath/model/map.h"
#include "multipath/model/partition.h"

namespace multipath {

/// The partition maps of a map, whoever made them, by their uuids; `devices` are those that may be some.
/// In the order of their numbers.
std::vector<PartitionMap> read_partition_maps(dm::DeviceMapper& device_mapper,
                                              const CurrentMap& map,
                                              std::span<const dm::Description> devices);

}  // namespace multipath
