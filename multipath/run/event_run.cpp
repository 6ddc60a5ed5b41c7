#include "multipath/run/event_run.h"

#include <algorithm>

#include "multipath/run/apply_run.h"

namespace multipath {
namespace {

/// The map, when it keeps its table: one that was loaded anew has all its paths in use.
std::optional<CurrentMap> unloaded(const Outcome& outcome) {
  const Action& action = outcome.action;
  if (outcome.failed() || (action.verb != Verb::nothing && action.verb != Verb::rename))
    return std::nullopt;
  auto map = action.current;
  if (map) map->name = action.verb == Verb::rename ? action.desired.name : map->name;
  return map;
}

}  // namespace

std::size_t EventRun::failures() const {
  auto count = static_cast<std::size_t>(std::ranges::count_if(outcomes, &Outcome::failed));
  for (const Restored& map : restored) count += map.failures;
  return count;
}

EventRun handle_events(Host& host, const Configuration& configuration,
                       const DiscoveryOptions& discovery_options,
                       const std::set<DeviceNumber>& devices, const Notices& notices) {
  EventRun run;
  const PlanningOptions planning_options =
      make_planning_options(host, discovery_options, {.queueing_is_known = true});
  run.planned = plan_units_of(host, devices, planning_options, discovery_options);
  run.outcomes = apply_planned(host, run.planned, configuration, notices, dm::WaitForUdev::no);
  for (const Outcome& outcome : run.outcomes) {
    if (const auto map = unloaded(outcome))
      run.restored.push_back(restore_paths(host, configuration, *map, run.planned.paths, notices));
  }
  return run;
}

void take_turns(EventSpool& spool, DeviceNumber device,
                const std::function<void(const std::set<DeviceNumber>&)>& handle) {
  spool.hand_in(device);
  // A process that hands a device in and finds the turn taken ends. So the process that gives the
  // turn back looks once more: either it sees the device, or the other process gets the turn.
  while (!spool.waiting().empty()) {
    const auto turn = spool.take_turn();
    if (turn == nullptr) return;
    const auto entries = spool.waiting();
    std::set<DeviceNumber> devices;
    for (const EventSpool::Entry& entry : entries) devices.insert(entry.device);
    if (devices.empty()) continue;
    handle(devices);
    spool.done(entries);
  }
}

}  // namespace multipath
