#pragma once

#include <span>
#include <vector>

#include "multipath/host/memory/memory_device_mapper.h"
#include "multipath/model/map.h"
#include "multipath/model/path.h"
#include "multipath/planning/apply.h"
#include "multipath/planning/plan.h"

/// Input for planning without a host.
namespace tests {

/// Path number `index` ("sda" is 0) of a unit: it works and has a size.
multipath::Path sample_path(int index, int unit);
std::vector<multipath::Path> sample_paths(int first, int count, int unit);

/// The input of a plan, read from device-mapper as discovery does.
multipath::Plan plan_for(std::span<const multipath::Path> paths, dm::DeviceMapper& device_mapper,
                         const multipath::PlanningOptions& planning_options = {});

/// Applies a plan whose paths are all there, on a host whose transports have no limits to set.
std::vector<multipath::Outcome> apply_plan(const multipath::Plan& plan,
                                           dm::DeviceMapper& device_mapper,
                                           const multipath::Progress& progress = nullptr);

/// The present state of the map with that name.
multipath::CurrentMap current_map(dm::DeviceMapper& device_mapper, const std::string& name);

}  // namespace tests
