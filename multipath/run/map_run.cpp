#include "multipath/run/map_run.h"

#include <functional>
#include <utility>

#include "multipath/planning/apply.h"

namespace multipath {
namespace {

/// Plans for one map alone and carries out what is wanted of it. New bindings are not stored.
MapRun change_map(Host& host, const PlanningOptions& planning_options,
                  const DiscoveryOptions& discovery_options, const CurrentMap& map,
                  const std::function<bool(Action&)>& wanted, const Notices& notices) {
  PlanRun planned = plan_maps(host, {Target{map.name, map.number}}, planning_options,
                              discovery_options, NeedDeviceMapper::yes, NewBindings::no);
  std::erase_if(planned.plan.actions, [&](Action& action) { return !wanted(action); });
  return {apply(planned.plan, host.device_mapper, notices.progress,
                {.sys = host.sys, .sys_writer = *host.sys_writer}),
          std::move(planned.findings)};
}

}  // namespace

MapRun resize_map(Host& host, const DiscoveryOptions& discovery_options, const CurrentMap& map,
                  const Notices& notices) {
  PlanningOptions planning_options = make_planning_options(host, discovery_options, {});
  planning_options.resize = true;
  return change_map(
      host, planning_options, discovery_options, map,
      [](Action& action) { return action.verb == Verb::resize || action.verb == Verb::refuse; },
      notices);
}

MapRun rename_map(Host& host, const DiscoveryOptions& discovery_options, const CurrentMap& map,
                  const Wwid& wwid, const std::string& name, const Notices& notices) {
  PlanningOptions planning_options = make_planning_options(host, discovery_options, {});
  planning_options.names = {{wwid, name}};
  return change_map(
      host, planning_options, discovery_options, map,
      [](Action& action) {
        const bool renames = action.renames();
        if (renames) action.verb = Verb::rename;  // whatever else the map may lack
        return renames;
      },
      notices);
}

}  // namespace multipath
