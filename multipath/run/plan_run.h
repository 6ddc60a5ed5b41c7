#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "multipath/discovery/discover.h"
#include "multipath/discovery/selected_units.h"
#include "multipath/planning/name.h"
#include "multipath/planning/plan.h"
#include "multipath/run/targets.h"

namespace multipath {

/// What a run goes by, apart from what it was asked: the configuration and the state files.
struct RunOptions {
  bool every_unit = false;         ///< -i: the wwids file does not count
  bool queueing_is_known = false;  ///< -q: new maps that queue are not reported
  bool force_reload = false;
};

/// The planning options that the configuration of a discovery, the state files and a run's options
/// make together. Whitelist and policy of the discovery beat the configured ones.
PlanningOptions make_planning_options(const Host& host, const DiscoveryOptions& discovery_options,
                                      const RunOptions& options);

/// What is to be done, and on which host facts that rests. Without targets: everything.
struct PlanRun {
  Plan plan;
  std::vector<Path> paths;
  std::vector<CurrentMap> maps;  ///< as they are
  std::vector<Finding> findings;
  std::vector<Binding> new_bindings;   ///< that the plan's names need
  std::vector<std::string> unmatched;  ///< words of targets that no path and no map answers to
  std::map<DeviceNumber, std::vector<Decision>> traces = {};  ///< where the questions want them
};
/// `planning_options` have to come from `discovery_options`.
PlanRun plan_maps(const Host& host, const std::vector<Target>& targets,
                  const PlanningOptions& planning_options,
                  const DiscoveryOptions& discovery_options, NeedDeviceMapper need_device_mapper,
                  NewBindings new_bindings = NewBindings::yes);

/// The same for the units of some devices, which may be gone: no path of another unit is asked.
PlanRun plan_units_of(const Host& host, const std::set<DeviceNumber>& devices,
                      const PlanningOptions& planning_options,
                      const DiscoveryOptions& discovery_options);

/// plan_maps() of all units, but only with the paths and actions of these units. Queries few other
/// disks. Returns nothing if paths, names or actions of other units could change the result; then
/// plan_maps() is needed. Plans without device-mapper.
std::optional<PlanRun> plan_selected_units(const Host& host, const WantedUnits& wanted,
                                           const PlanningOptions& planning_options,
                                           const DiscoveryOptions& discovery_options);

}  // namespace multipath
