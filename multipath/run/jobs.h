#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "multipath/command/context.h"
#include "multipath/discovery/discover.h"
#include "multipath/model/native_nvme.h"
#include "multipath/model/topology.h"
#include "multipath/planning/apply.h"
#include "multipath/planning/apply_flush.h"
#include "multipath/planning/name.h"
#include "multipath/run/target.h"

namespace multipath {

/// The jobs that letters and verbs share; how they speak of the result is theirs.

/// What a listing shows.
struct Listing {
  std::vector<Topology> maps;
  std::vector<CurrentMap> current;  ///< the same maps, as device-mapper has them
  std::vector<Path> paths;
  std::vector<Finding> findings;
  std::vector<std::string> unmatched;  ///< words of targets that no map answers to
  /// What the NVMe driver multipaths itself; with targets none, and none where enable_foreign says so.
  std::vector<NativeNamespace> native = {};
  std::vector<Finding> kept = {};  ///< what maps keep though configuration or paths say otherwise
};
Listing list_maps(Context& context, const std::vector<Target>& targets, Depth depth,
                  const DiscoveryOptions& discovery_options,
                  ListedPaths listed = ListedPaths::of_maps);

/// What a run goes by, apart from what it was asked: the configuration and the state files.
struct RunOptions {
  std::optional<PathGroupingPolicy> policy;
  bool every_unit = false;         ///< -i: the wwids file does not count
  bool queueing_is_known = false;  ///< -q: new maps that queue are not reported
  bool force_reload = false;
  NewBindings new_bindings = NewBindings::yes;
};

/// The planning options that configuration, state files and options make together.
PlanningOptions make_planning_options(Context& context, const Configuration& configuration,
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
PlanRun plan_maps(Context& context, const std::vector<Target>& targets,
                  const PlanningOptions& planning_options,
                  const DiscoveryOptions& discovery_options, NeedDeviceMapper need_device_mapper,
                  NewBindings new_bindings = NewBindings::yes);

/// The same for the units of some devices, which may be gone: no path of another unit is asked.
PlanRun plan_units_of(Context& context, const std::set<DeviceNumber>& devices,
                      const PlanningOptions& planning_options,
                      const DiscoveryOptions& discovery_options);

/// Carries the plan out: new bindings are kept first, the units of new maps afterwards.
std::vector<Outcome> apply_planned(Context& context, const PlanRun& planned,
                                   const Configuration& configuration,
                                   dm::WaitForUdev wait = dm::WaitForUdev::yes);

/// Flushes the maps that targets name, or all that are unused. A word that is a map's name means
/// that map alone, even if a path is called so, too. A busy one's error names who uses it; so is one
/// whose unit somebody uses past the map, through one of its paths.
/// How: how patiently, and by which configuration a map that queues is judged when it is gone.
struct FlushOptions {
  Patience patience;
  Configuration configuration = {};
};
/// remove_retries, or what the command line says instead; without both a short while.
Patience patience_for(const std::optional<int>& retries, const Configuration& configuration);
struct Flushed {
  std::vector<FlushOutcome> outcomes;
  std::vector<Finding> findings;
  std::vector<std::string> unmatched;  ///< words of targets that no map answers to
};
Flushed flush_maps(Context& context, const std::vector<Target>& targets,
                   const FlushOptions& options);

}  // namespace multipath
