#pragma once

#include <span>
#include <vector>

#include "multipath/host/memory/memory_device_mapper.h"
#include "multipath/model/map.h"
#include "multipath/model/path.h"
#include "multipath/planning/plan.h"

/// What planning starts from, without a host.
namespace tests {

/// Path number `index` ("sda" is 0) to a unit: it answered, works and has a size.
multipath::Path sample_path(int index, int unit);
std::vector<multipath::Path> sample_paths(int first, int count, int unit);

/// All that a plan is made of, read from device-mapper as discovery does.
multipath::Plan plan_for(std::span<const multipath::Path> paths, dm::DeviceMapper& device_mapper,
                         const multipath::PlanningOptions& planning_options = {});

/// The one map of that name as it is now.
multipath::CurrentMap current_map(dm::DeviceMapper& device_mapper, const std::string& name);

}  // namespace tests
