#include "multipath/planning/restore.h"

#include <algorithm>
#include <map>
#include <ostream>
#include <set>
#include <system_error>
#include <thread>

#include <fmt/format.h>

#include "multipath/command/report.h"
#include "multipath/command/verbs.h"
#include "multipath/planning/apply_message.h"
#include "multipath/planning/coalesce.h"
#include "multipath/planning/difference.h"
#include "multipath/planning/retry_count.h"
#include "multipath/run/jobs.h"
#include "multipath/run/load_configuration.h"
#include "multipath/run/restore_paths.h"
#include "multipath/view/text.h"

namespace multipath {
namespace {

struct RestoreOptions : SharedOptions {
  bool watch = false;

  void declare(Options& options) {
    declare_questions(options);
    options.flag("watch,w", watch,
                 "repeat every polling_interval, backing off, until no path is failed and no map "
                 "is waiting for a path");
  }
};

/// What is to be remembered from one look to the next.
struct Counts {
  RetryCount retries;
  /// By the maps' uuids: when its last path has gone nothing says any more of which product a unit is.
  std::map<std::string, NoPathRetry> settings;
};

NoPathRetry retry_of(const Configuration& configuration, const CurrentMap& map,
                     const std::vector<Path>& paths, Counts& counts) {
  const auto wwid = wwid_of_map_uuid(map.uuid);
  if (!wwid) return {};
  std::vector<Path> unit;
  std::ranges::copy_if(paths, std::back_inserter(unit),
                       [&](const Path& path) { return path.wwid == wwid; });
  const auto known = counts.settings.find(map.uuid);
  if (unit.empty() && known != counts.settings.end()) return known->second;
  const auto retry = configuration.settings_for_unit(subject_of_unit(*wwid, unit))
                         .no_path_retry.value.value_or(NoPathRetry{});
  if (!unit.empty()) counts.settings[map.uuid] = retry;
  return retry;
}

/// Has the count look at a map, and does what it says.
void count_down(Context& context, RetryCount& retries, const CurrentMap& map,
                const NoPathRetry& retry, bool has_path) {
  const auto verdict = retries.check(map.uuid, retry, has_path, queues_if_no_path(map.table));
  if (!verdict) return;
  const bool waits = *verdict == RetryVerdict::wait_again;
  context.err << fmt::format(
      "multipath: {}: {}\n", printable(map.name),
      waits ? "has a path again: I/O waits when none works"
            : fmt::format("no path worked for {} checks: I/O fails from now on", retry.checks));
  set_queueing(context.host.device_mapper, map, waits ? Queueing::on : Queueing::off);
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

/// A path that was down kept its group, whatever became of its priority meanwhile. Now that this is
/// known again, the path goes where it belongs. Whatever else a run would change waits for that run.
std::size_t regroup(Context& context, const std::set<DeviceNumber>& back,
                    const Configuration& configuration, const DiscoveryOptions& discovery_options) {
  if (back.empty() || configuration.is_last_resort()) return 0;
  PlanRun planned = plan_units_of(context, back, make_planning_options(context, configuration, {}),
                                  discovery_options);
  std::erase_if(planned.plan.actions,
                [&](const Action& action) { return !regroups_by_priority(action, configuration); });
  if (planned.plan.actions.empty()) return 0;
  planned.new_bindings.clear();
  std::size_t failures = 0;
  for (const Outcome& outcome : apply_planned(context, planned, configuration)) {
    const std::string name = printable(outcome.action.desired.name);
    failures += outcome.failed() ? 1 : 0;
    if (outcome.failed()) {
      context.err << fmt::format("multipath: {}: its paths are not regrouped: {}\n", name,
                                 printable(outcome.error));
    } else {
      context.out << fmt::format("{}: its paths are regrouped\n", name);
    }
  }
  return failures;
}

/// One look at the maps; how many paths are still out of use, and how many maps no_path_retry
/// is not done with.
struct Look {
  std::size_t silent = 0;
  std::size_t pending = 0;
  std::size_t failures = 0;
  std::vector<std::string> unmatched;
};

Look look(Context& context, const std::vector<Target>& targets, const Configuration& configuration,
          const RestoreOptions& options, Counts& counts) {
  const Listing listing =
      list_maps(context, targets, Depth::ask, options.discovery_options(configuration));
  Look look{.unmatched = listing.unmatched};
  std::set<DeviceNumber> back;
  for (const CurrentMap& map : listing.current) {
    const Restored restored = restore_paths(context, configuration, map, listing.paths);
    look.silent += restored.silent;
    look.failures += restored.failures;
    back.insert(restored.back.begin(), restored.back.end());
    if (configuration.is_last_resort()) continue;  // it does not know how long the map may queue
    count_down(context, counts.retries, map, retry_of(configuration, map, listing.paths, counts),
               restored.has_path);
    look.pending += counts.retries.is_pending(map.uuid) ? 1 : 0;
  }
  look.failures += regroup(context, back, configuration, options.discovery_options(configuration));
  return look;
}

/// Until every path of the maps is in use or gone and no_path_retry is done with all maps, or these are gone.
ExitStatus watch(Context& context, const std::vector<Target>& targets,
                 const Configuration& configuration, const RestoreOptions& options) {
  WatchPauses pauses(configuration.globals());
  Counts counts;
  for (;;) {
    const Look seen = look(context, targets, configuration, options, counts);
    context.out.flush();
    if (seen.silent == 0 && seen.pending == 0)
      return seen.failures == 0 ? ExitStatus::done : ExitStatus::partial_failure;
    std::this_thread::sleep_for(pauses.next());
  }
}

ExitStatus run(Context& context, const RestoreOptions& restore) {
  const auto targets = find_targets(context, restore.words);
  if (!targets) return ExitStatus::not_found;
  const auto configuration = load_configuration_or_tell(context, "restore", default_verbosity);
  if (!configuration) return ExitStatus::usage;
  if (restore.watch && !context.on_paper) return watch(context, *targets, *configuration, restore);
  Counts counts;
  const Look seen = look(context, *targets, *configuration, restore, counts);
  return with_unmatched(context, seen.unmatched,
                        seen.failures == 0 ? ExitStatus::done : ExitStatus::partial_failure);
}

}  // namespace

std::unique_ptr<VerbCommand> restore_verb() { return verb_command<RestoreOptions>(run); }

}  // namespace multipath
