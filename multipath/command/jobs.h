#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "multipath/command/context.h"
#include "multipath/command/target.h"
#include "multipath/discovery/discover.h"
#include "multipath/model/native_nvme.h"
#include "multipath/model/topology.h"
#include "multipath/planning/apply.h"
#include "multipath/planning/apply_flush.h"
#include "multipath/planning/name.h"

namespace multipath {

/// The jobs that letters and verbs share; how they speak of the result is theirs.

/// What a listing shows.
struct Listing {
  std::vector<Topology> maps;
  std::vector<CurrentMap> current;  ///< the same maps, as device-mapper has them
  std::vector<Path> paths;
  std::vector<Finding> findings;
  std::vector<std::string> nothing_such;  ///< words of targets that no map answers to
  /// What the NVMe driver multipaths itself; with targets none, and none where enable_foreign says so.
  std::vector<NativeNamespace> native = {};
  std::vector<Finding> kept = {};  ///< what maps keep though configuration or paths say otherwise
};
Listing list_maps(Context& context, const std::vector<Target>& targets, Depth depth,
                  const Questions& questions, ListedPaths listed = ListedPaths::of_maps);

/// What a run goes by, apart from what it was asked: the configuration and the state files.
struct RunOptions {
  std::optional<PathGroupingPolicy> policy;
  bool every_unit = false;         ///< -i: the wwids file does not count
  bool queueing_is_known = false;  ///< -q: new maps that queue are not reported
  bool force_reload = false;
  NewBindings new_bindings = NewBindings::yes;
};

/// The wishes that configuration, state files and options make together.
Wishes make_wishes(Context& context, const Configuration& configuration, const RunOptions& options);

/// What is to be done, and on which host facts that rests. Without targets: everything.
struct Planned {
  Plan plan;
  std::vector<Path> paths;
  std::vector<CurrentMap> maps;  ///< as they are
  std::vector<Finding> findings;
  std::vector<Binding> new_bindings;      ///< that the plan's names need
  std::vector<std::string> nothing_such;  ///< words of targets that no path and no map answers to
  std::map<DeviceNumber, std::vector<Decision>> stories = {};  ///< where the questions want them
};
Planned plan_maps(Context& context, const std::vector<Target>& targets, const Wishes& wishes,
                  const Questions& questions, NeedDeviceMapper need_device_mapper,
                  NewBindings new_bindings = NewBindings::yes);

/// The same for the units of some devices, which may be gone: no path of another unit is asked.
Planned plan_units_of(Context& context, const std::set<DeviceNumber>& devices, const Wishes& wishes,
                      const Questions& questions);

/// Carries the plan out: new bindings are kept first, the units of new maps afterwards.
std::vector<Outcome> apply_planned(Context& context, const Planned& planned,
                                   const Configuration& configuration,
                                   dm::WaitForUdev wait = dm::WaitForUdev::yes);

/// Flushes the maps that targets name, or all that are unused. A word that is a map's name means
/// that map alone, even if a path is called so, too. A busy one's error names who uses it; so is one
/// whose unit somebody uses past the map, through one of its paths.
/// How: how patiently, and by which configuration a map that queues is judged when it is gone.
struct FlushWishes {
  Patience patience;
  Configuration configuration = {};
};
/// remove_retries, or what the command line says instead; without both a short while.
Patience patience_for(const std::optional<int>& retries, const Configuration& configuration);
struct Flushed {
  std::vector<FlushOutcome> outcomes;
  std::vector<Finding> findings;
  std::vector<std::string> nothing_such;  ///< words of targets that no map answers to
};
Flushed flush_maps(Context& context, const std::vector<Target>& targets,
                   const FlushWishes& options);

}  // namespace multipath
