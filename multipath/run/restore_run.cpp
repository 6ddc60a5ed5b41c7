#include "multipath/run/restore_run.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <system_error>

#include <fmt/format.h>

#include "multipath/planning/apply_message.h"
#include "multipath/planning/coalesce.h"
#include "multipath/planning/difference.h"
#include "multipath/planning/restore.h"
#include "multipath/run/apply_run.h"
#include "multipath/run/list_maps.h"
#include "multipath/run/plan_run.h"
#include "multipath/run/reannounce.h"

namespace multipath {

namespace {

std::set<DeviceNumber> gone_from(const SysTree& sys, const CurrentMap& map) {
  std::set<DeviceNumber> gone = path_numbers(map);
  std::erase_if(gone,
                [&](DeviceNumber number) { return sys.exists("dev/block/" + to_string(number)); });
  return gone;
}

/// recheck_wwid: a failed path that works again, but as another unit, stays out of use. The name
/// that udev gives a unit (uid_attribute) does not come from the device now, and does not count.
void leave_out_exchanged(const Configuration& configuration, const CurrentMap& map,
                         std::span<const Path> paths, std::set<DeviceNumber>& left_out,
                         Restored& restored) {
  if (names_units_by_udev(configuration)) return;
  const Restoration all = restoration_of(map, paths, left_out);
  for (const DeviceNumber number : all.working) {
    const auto path = std::ranges::find(paths, number, &Path::number);
    if (!identifies_as_other_unit(*path, map)) continue;
    const auto& recheck = configuration
                              .settings_for_device({path->vendor, path->product, path->revision, "",
                                                    path->wwid->text()})
                              .recheck_wwid;
    if (!recheck.value) continue;
    left_out.insert(number);
    ++restored.failures;
    restored.findings.push_back(
        {Finding::Severity::error, map.name,
         fmt::format("path {} works again but identifies as {}: it stays failed (recheck_wwid, "
                     "{}); `multipath explain {}` says more",
                     path->kname, path->wwid->text(), to_string(recheck.origin), path->kname)});
  }
}

std::set<std::set<DeviceNumber>> groups_of(const MultipathTable& table) {
  std::set<std::set<DeviceNumber>> groups;
  for (const TableGroup& group : table.groups) {
    std::set<DeviceNumber> devices;
    for (const TablePath& path : group.paths) devices.insert(path.number);
    groups.insert(std::move(devices));
  }
  return groups;
}

/// A reload that priorities ask for, not another policy than that by which the map was made.
bool regroups_by_priority(const Action& action, const Configuration& configuration) {
  if (action.verb != Verb::reload || action.reason != regroups) return false;
  std::vector<Path> paths;
  for (const PathGroup& group : action.desired.groups)
    paths.insert(paths.end(), group.paths.begin(), group.paths.end());
  const auto policy =
      configuration.settings_for_unit(subject_of_unit(action.desired.wwid, paths)).policy.value;
  return policy == PathGroupingPolicy::group_by_prio ||
         groups_of(table_of(action.desired)) == groups_of(action.current->table);
}

}  // namespace

Restored restore_paths(Host& host, const Configuration& configuration, const CurrentMap& map,
                       std::span<const Path> paths, const Notices& notices) {
  std::set<DeviceNumber> left_out = gone_from(host.sys, map);
  Restored restored;
  restored.map = map.name;
  leave_out_exchanged(configuration, map, paths, left_out, restored);
  const Restoration restoration = restoration_of(map, paths, left_out);
  restored.silent = restoration.silent.size();
  restored.has_path = restoration.has_path;
  for (const DeviceNumber number : restoration.working) {
    const auto path = std::ranges::find(paths, number, &Path::number);
    try {
      set_path(host.device_mapper, map, number, PathUse::reinstate);
      restored.back.insert(number);
      restored.knames.push_back(path->kname);
    } catch (const std::system_error& error) {
      ++restored.failures;
      restored.findings.push_back(
          {Finding::Severity::error, map.name,
           fmt::format("path {} works but is not taken back: {}", path->kname, error.what())});
    }
  }
  if (!restoration.working.empty()) announce_late_partitions(host, map, notices);
  return restored;
}

NoPathRetry RestoreRun::retry_of(const CurrentMap& map, const std::vector<Path>& paths) {
  const auto wwid = wwid_of_map_uuid(map.uuid);
  if (!wwid) return {};
  std::vector<Path> unit;
  std::ranges::copy_if(paths, std::back_inserter(unit),
                       [&](const Path& path) { return path.wwid == wwid; });
  const auto known = settings_.find(map.uuid);
  if (unit.empty() && known != settings_.end()) return known->second;
  const auto retry = configuration_.settings_for_unit(subject_of_unit(*wwid, unit))
                         .no_path_retry.value.value_or(NoPathRetry{});
  if (!unit.empty()) settings_[map.uuid] = retry;
  return retry;
}

void RestoreRun::count_down(const CurrentMap& map, const NoPathRetry& retry, bool has_path) {
  const auto verdict = retries_.check(map.uuid, retry, has_path, queues_if_no_path(map.table));
  if (!verdict) return;
  const bool waits = *verdict == RetryVerdict::start_queueing;
  notices_.report(
      {Finding::Severity::error, map.name,
       waits ? "has a path again: I/O waits when none works"
             : fmt::format("no path worked for {} checks: I/O fails from now on", retry.checks)});
  set_queueing(host_.device_mapper, map, waits ? Queueing::on : Queueing::off);
}

/// A path that was down kept its group, whatever became of its priority meanwhile. Now that the
/// priority is known again, the path goes where it belongs. Whatever else a run would change waits
/// for that run.
void RestoreRun::regroup(const std::set<DeviceNumber>& back, RestoreRound& round) {
  if (back.empty() || configuration_.is_last_resort()) return;
  PlanRun planned = plan_units_of(host_, back, make_planning_options(host_, discovery_options_, {}),
                                  discovery_options_);
  std::erase_if(planned.plan.actions, [&](const Action& action) {
    return !regroups_by_priority(action, configuration_);
  });
  if (planned.plan.actions.empty()) return;
  planned.new_bindings.clear();
  for (const Outcome& outcome : apply_planned(host_, planned, configuration_, notices_)) {
    const std::string& name = outcome.action.desired.name;
    if (outcome.failed()) {
      ++round.failures;
      round.findings.push_back({Finding::Severity::error, name,
                                fmt::format("its paths are not regrouped: {}", outcome.error)});
    } else {
      round.regrouped.push_back(name);
    }
  }
}

RestoreRound RestoreRun::once() {
  const Listing listing = list_maps(host_, targets_, Depth::ask, discovery_options_);
  RestoreRound round;
  round.unmatched = listing.unmatched;
  std::set<DeviceNumber> back;
  for (const CurrentMap& map : listing.current) {
    Restored restored = restore_paths(host_, configuration_, map, listing.paths, notices_);
    const bool has_path = restored.has_path;
    round.silent += restored.silent;
    round.failures += restored.failures;
    back.insert(restored.back.begin(), restored.back.end());
    round.maps.push_back(std::move(restored));
    if (configuration_.is_last_resort()) continue;  // it does not know how long the map may queue
    count_down(map, retry_of(map, listing.paths), has_path);
    round.pending += retries_.is_pending(map.uuid) ? 1 : 0;
  }
  regroup(back, round);
  return round;
}

RestoreRound RestoreRun::watch(const std::function<void(const RestoreRound&)>& seen) {
  WatchPauses pauses(configuration_.globals());
  for (;;) {
    RestoreRound round = once();
    seen(round);
    if (round.silent == 0 && round.pending == 0) return round;
    host_.clock.sleep(pauses.next());
  }
}

}  // namespace multipath
