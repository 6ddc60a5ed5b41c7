#include "multipath/planning/plan.h"

#include <algorithm>
#include <deque>
#include <iterator>
#include <limits>
#include <map>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "multipath/model/map_name.h"
#include "multipath/model/names.h"
#include "multipath/model/natural_order.h"
#include "multipath/planning/coalesce.h"
#include "multipath/planning/difference.h"
#include "multipath/planning/group.h"
#include "multipath/planning/grouping_policy.h"
#include "multipath/planning/kept_settings.h"
#include "multipath/planning/map_findings.h"
#include "multipath/planning/name.h"
#include "multipath/planning/new_map.h"
#include "multipath/planning/ownership.h"
#include "multipath/planning/taken_names.h"

namespace multipath {
namespace {

constexpr auto verb_names = names_of<Verb>({
    {Verb::nothing, "nothing"},
    {Verb::create, "create"},
    {Verb::reload, "reload"},
    {Verb::resize, "resize"},
    {Verb::rename, "rename"},
    {Verb::refuse, "reject"},
});

/// The input of the decision on one unit.
struct Situation {
  const Wwid& wwid;
  const CurrentMap* current;
  const TakenNames& names;     ///< including the actions decided so far
  const Ownership& ownership;  ///< including the actions decided so far
  const PathIndex& paths;      ///< all paths
  const PlanningOptions& options;
  bool swaps_names = false;  ///< the owner of the desired name waits for this map's name
};

std::string desired_name(const Wwid& wwid, const PlanningOptions& options) {
  const auto alias = options.names.find(wwid);
  return alias == options.names.end() ? wwid.text() : mangled_name(alias->second);
}

/// The handler that the kernel attached to a path, else the configured handler, else "alua" if
/// every path has target port groups: the kernel attaches it on load. A configured "alua" is
/// ignored if a path has no target port groups. If empty, the map keeps its handler.
std::vector<std::string> hardware_handler_for(const std::vector<Path>& paths,
                                              const UnitSettings& settings) {
  const auto attached = std::ranges::find_if(
      paths, [](const Path& path) { return !hardware_handler_of(path).empty(); });
  if (attached != paths.end()) return {hardware_handler_of(*attached)};
  const std::vector<std::string> alua{"alua"};
  const bool all_have_groups = std::ranges::all_of(
      paths, [](const Path& path) { return tpgs_of(path) != scsi::Tpgs::none; });
  const std::vector<std::string>& configured = settings.hardware_handler.value;
  if (configured.empty()) return all_have_groups ? alua : configured;
  return configured == alua && !all_have_groups ? std::vector<std::string>{} : configured;
}

constexpr std::string_view queue_mode_word = "queue_mode";

/// The value of "queue_mode bio" in the features.
std::optional<std::string> queue_mode_in(const std::vector<std::string>& features) {
  const auto word = std::ranges::find(features, queue_mode_word);
  if (word == features.end() || std::next(word) == features.end()) return std::nullopt;
  return *std::next(word);
}

/// The first table fixes the queue mode of a map (drivers/md/dm-ioctl.c, table_load: "can't change
/// device type"). A new map gets the configured mode, or bio if a path needs it, as in
/// multipath-tools.
std::optional<std::string> queue_mode_for(const Situation& situation,
                                          const std::vector<std::string>& configured,
                                          const std::vector<Path>& paths) {
  if (situation.current != nullptr && situation.current->has_live_table)
    return queue_mode_in(situation.current->table.features);
  if (auto mode = queue_mode_in(configured)) return mode;
  if (std::ranges::any_of(paths, needs_bio)) return "bio";
  return std::nullopt;
}

/// The configured features. Queueing can also be changed at run time, so an existing map keeps its
/// queueing (kept_queueing()).
std::vector<std::string> features_for(const Situation& situation, const UnitSettings& settings,
                                      const std::vector<Path>& paths) {
  const std::vector<std::string> words = kernel_features(settings);
  const CurrentMap* current = situation.current;
  const bool configured = queues_if_no_path(words);
  const bool queues = current != nullptr && current->has_live_table
                          ? queues_if_no_path(current->table)
                          : configured;
  std::vector<std::string> features;
  if (queues) features.emplace_back(queue_feature);
  for (auto word = words.begin(); word != words.end(); ++word) {
    if (*word == queue_mode_word && std::next(word) != words.end()) {
      ++word;
    } else if (*word != queue_feature) {
      features.push_back(*word);
    }
  }
  if (const auto mode = queue_mode_for(situation, words, paths)) {
    features.emplace_back(queue_mode_word);
    features.push_back(*mode);
  }
  return features;
}

/// Repeat counts for rr_weight priorities: min_io times the path's priority. A path without
/// priority keeps its current count: a path failure must not cause a reload.
std::map<DeviceNumber, std::uint32_t> weighed_repeat_counts(const std::vector<Path>& paths,
                                                            std::uint32_t repeat_count,
                                                            const CurrentMap* current) {
  constexpr std::uint64_t most = std::numeric_limits<std::int32_t>::max();
  std::map<DeviceNumber, std::uint32_t> counts;
  for (const Path& path : paths) {
    if (path.priority.value_or(0) > 0) {
      const std::uint64_t weighed =
          std::uint64_t{repeat_count} * static_cast<std::uint64_t>(*path.priority);
      counts.emplace(path.number, static_cast<std::uint32_t>(std::min(weighed, most)));
    } else if (const auto kept = current == nullptr
                                     ? std::nullopt
                                     : repeat_count_in(current->table, path.number)) {
      counts.emplace(path.number, *kept);
    }
  }
  return counts;
}

Map desired_map(const Situation& situation, std::vector<Path> paths) {
  const Configuration& configuration = situation.options.configuration;
  const Subject subject = subject_of_unit(situation.wwid, paths);
  const UnitSettings& settings = configuration.settings_for_unit(subject);
  Map map{.wwid = situation.wwid,
          .name = desired_name(situation.wwid, situation.options),
          .features = features_for(situation, settings, paths),
          .hardware_handler = hardware_handler_for(paths, settings),
          .selector = settings.selector.value.name,
          .selector_arguments = settings.selector.value.arguments,
          .repeat_count = settings.min_io.value,
          .groups = {}};
  const auto answered = std::ranges::find_if(
      paths, [](const Path& path) { return path.answered && path.size_sectors != 0; });
  if (answered != paths.end()) {
    map.size_sectors = answered->size_sectors;
  } else if (situation.current != nullptr) {
    map.size_sectors = situation.current->size_sectors;
  }
  map.read_only = std::ranges::any_of(paths, &Path::read_only);
  map.skip_partitions = settings.skip_kpartx.value;
  if (settings.weigh_by_priority.value)
    map.repeat_counts = weighed_repeat_counts(paths, map.repeat_count, situation.current);
  map.node = {settings.mode.value, settings.user.value, settings.group.value};
  const PolicyChoice choice =
      choose_policy(situation.options.policy, configuration, subject, paths);
  const CurrentMap* current = situation.current;
  map.groups =
      group_paths(std::move(paths), choice.policy,
                  current != nullptr && current->has_live_table ? &current->table : nullptr);
  return map;
}

/// Creates the map. If its name is in use, the map is named by its WWID.
Action create_action(const Situation& situation, Map desired, std::size_t paths,
                     std::vector<Finding>& findings) {
  if (const auto taken = situation.names.taken_by_other(situation.wwid, desired.name)) {
    const std::string& wwid = situation.wwid.text();
    if (desired.name == wwid || situation.names.taken_by_other(situation.wwid, wwid))
      return {Verb::refuse, std::move(desired), std::nullopt, taken_text(*taken)};
    findings.push_back(
        {Finding::Severity::warning, wwid, "named by its WWID: " + taken_text(*taken)});
    desired.name = wwid;
  }
  return {Verb::create, std::move(desired), std::nullopt,
          fmt::format("{} path{} with this WWID and no map", paths, paths == 1 ? "" : "s")};
}

/// Renames the partition maps named after their map, or after its WWID if a run that used a temporary
/// name was killed. Other partition maps keep their names.
std::vector<PartitionRename> partition_renames(const Situation& situation,
                                               const std::string& new_name) {
  const CurrentMap& current = *situation.current;
  std::vector<PartitionRename> renames;
  if (new_name == current.name) return renames;
  for (const std::string& name : situation.names.partitions_of(current.uuid)) {
    for (const std::string& prefix : {situation.wwid.text(), current.name}) {
      if (!name.starts_with(prefix)) continue;
      renames.push_back({name, new_name + name.substr(prefix.size())});
      break;
    }
  }
  std::ranges::sort(renames, NaturalLess{}, &PartitionRename::from);
  return renames;
}

/// Restores the current size if the map must not be resized automatically. Returns the size of the
/// paths for the report.
std::optional<std::uint64_t> keep_size(const Situation& situation, Map& desired) {
  const CurrentMap& current = *situation.current;
  const AutoResize setting = situation.options.configuration.globals().auto_resize.value;
  if (situation.options.resize || desired.size_sectors == current.size_sectors ||
      may_resize_automatically(current, desired.size_sectors, setting)) {
    return std::nullopt;
  }
  return std::exchange(desired.size_sectors, current.size_sectors);
}

/// Decides whether to load a table, and adds the reason of a rename.
Action decide_table(const Situation& situation, Map desired,
                    const std::optional<std::uint64_t>& other_size,
                    const std::string& rename_reason) {
  const CurrentMap& current = *situation.current;
  const Difference change = difference(desired, current, situation.paths);
  const auto because = [&](const std::string& reason) {
    return rename_reason.empty() ? reason : reason + "; " + rename_reason;
  };
  if (!change.size.empty()) {
    const std::string reason =
        change.table.empty() ? change.size : change.size + "; " + change.table;
    return {Verb::resize, std::move(desired), current, because(reason)};
  }
  // The kernel rejects a table that exceeds the size of a path (drivers/md/dm-table.c,
  // device_area_is_invalid).
  const bool cannot_load = other_size && *other_size < current.size_sectors;
  const std::string kept = other_size ? fmt::format("map keeps {} sectors, its paths have {}",
                                                    current.size_sectors, *other_size)
                                      : "";
  if (!change.table.empty() && cannot_load) {
    return {Verb::refuse, std::move(desired), current,
            fmt::format("{}; cannot load a table: {}", change.table, kept)};
  }
  if (!change.table.empty())
    return {Verb::reload, std::move(desired), current, because(change.table)};
  if (situation.options.force_reload && !cannot_load)
    return {Verb::reload, std::move(desired), current, because("forced")};
  if (!rename_reason.empty()) return {Verb::rename, std::move(desired), current, rename_reason};
  return {Verb::nothing, std::move(desired), current, kept.empty() ? "up to date" : kept};
}

Action decide_change(const Situation& situation, Map desired, std::vector<Finding>& findings) {
  const CurrentMap& current = *situation.current;
  std::string rename_reason;
  if (is_same_name(desired.name, current.name)) {
    desired.name = current.name;
  } else {
    const auto taken = situation.names.taken_by_other(situation.wwid, desired.name);
    if (taken && situation.swaps_names) {
      rename_reason =
          fmt::format("name is {}, should be {} (via {}: another map still has that name)",
                      current.name, desired.name, situation.wwid.text());
    } else if (taken) {
      findings.push_back(
          {Finding::Severity::warning, current.name, "keeps its name: " + taken_text(*taken)});
      desired.name = current.name;
    } else {
      rename_reason = reason_to_rename(current.name, desired, situation.options.configuration);
    }
  }
  if (current.suspended && !situation.options.force_reload) {
    return {Verb::nothing, std::move(desired), current, "map is suspended; leaving it alone"};
  }
  const auto other_size = keep_size(situation, desired);
  Action action = decide_table(situation, std::move(desired), other_size, rename_reason);
  action.other_size = other_size;
  return action;
}

Action change_action(const Situation& situation, Map desired, std::vector<Finding>& findings) {
  Action action = decide_change(situation, std::move(desired), findings);
  if (action.renames())
    action.partition_renames = partition_renames(situation, action.desired.name);
  return action;
}

std::optional<CurrentMap> copy_of(const CurrentMap* current) {
  return current == nullptr ? std::nullopt : std::optional(*current);
}

/// Reports a unit that the whitelist rejects. If it has a map, another program created the map.
Finding not_admitted(const Situation& situation, const std::vector<Path>& unit,
                     const Admission& admission) {
  if (situation.current == nullptr) {
    return {
        Finding::Severity::note, unit.front().kname,
        admission.rule + "; `multipath explain " + unit.front().kname + "` shows how to admit it"};
  }
  return {Finding::Severity::note, situation.current->name,
          fmt::format("map left unchanged: {}; `multipath -a {}` adds the unit to the wwids file",
                      admission.rule, situation.wwid.text())};
}

/// Decides on one unit. Empty if the unit has no map and gets none.
std::optional<Action> decide(const Situation& situation, std::vector<Path> unit,
                             std::vector<Finding>& findings) {
  const Admission admission = admission_of(whitelist_of(situation.options), unit,
                                           situation.options.known_units.contains(situation.wwid));
  if (!admission.admitted) {
    findings.push_back(not_admitted(situation, unit, admission));
    return std::nullopt;
  }
  ConflictingPaths conflicts =
      extract_conflicting_paths(situation.ownership, situation.wwid, situation.current, unit);
  Selection selection = select_paths(std::move(unit), situation.current);
  std::ranges::move(selection.left_out, std::back_inserter(findings));
  if (selection.paths.empty() && !conflicts.paths.empty()) {
    const Finding& conflict = conflicts.findings.front();
    std::string reason = conflict.subject + ": " + conflict.text;
    return Action{Verb::refuse, desired_map(situation, std::move(conflicts.paths)),
                  copy_of(situation.current), std::move(reason)};
  }
  std::ranges::move(conflicts.findings, std::back_inserter(findings));
  if (selection.paths.empty()) return std::nullopt;
  const std::size_t paths = selection.paths.size();
  const std::string first = selection.paths.front().kname;
  auto reason = reason_not_to_join(selection.paths);
  if (situation.current != nullptr) {
    auto kept =
        kept_queueing(*situation.current, situation.options.configuration.settings_for_unit(
                                              subject_of_unit(situation.wwid, selection.paths)));
    if (kept) findings.push_back(std::move(*kept));
  }
  if (!reason && situation.current != nullptr)
    reason = reason_to_keep_table(*situation.current, situation.wwid, situation.paths);
  Map desired = desired_map(situation, std::move(selection.paths));
  if (reason) {
    return Action{Verb::refuse, std::move(desired), copy_of(situation.current), std::move(*reason)};
  }
  if (situation.current != nullptr) return change_action(situation, std::move(desired), findings);
  NewMapVerdict verdict = judge_new_map(situation.wwid, paths, situation.options);
  if (!verdict.gets_map) {
    findings.push_back({Finding::Severity::note, first, std::move(verdict.reason)});
    return std::nullopt;
  }
  return create_action(situation, std::move(desired), paths, findings);
}

/// Reports all new queueing maps in one line: a host may have hundreds.
void report_new_queueing(Plan& plan) {
  constexpr std::size_t most_named = 3;
  std::vector<std::string> names;
  for (const Action& action : plan.actions) {
    const auto& features = action.desired.features;
    if (action.verb == Verb::create && queues_if_no_path(features))
      names.push_back(action.desired.name);
  }
  if (names.empty()) return;
  const std::size_t more = names.size() - std::min(names.size(), most_named);
  names.resize(names.size() - more);
  std::string subject = fmt::format("{}", fmt::join(names, ", "));
  if (more > 0) subject += fmt::format(" and {} more", more);
  plan.findings.push_back(
      {Finding::Severity::warning, std::move(subject),
       "I/O is queued while no path is usable (no_path_retry); the udev rules or `multipath "
       "restore` reinstate returning paths, and `multipath queue off MAP` fails queued I/O"});
}

using MapsByUuid = std::map<std::string_view, const CurrentMap*>;

const CurrentMap* find_map(const MapsByUuid& maps, const Wwid& wwid) {
  const auto found = maps.find(map_uuid(wwid));
  return found == maps.end() ? nullptr : found->second;
}

/// Will a waiting unit release a path that this unit needs?
bool path_will_be_released(const Units::value_type& unit, const CurrentMap* current,
                           const Ownership& ownership,
                           const std::deque<Units::value_type*>& waiting) {
  return std::ranges::any_of(unit.second, [&](const Path& path) {
    if (current != nullptr && has_path(*current, path.number)) return false;
    const CurrentMap* owner = ownership.other_map_of(path, unit.first);
    return owner != nullptr && owner->open_count <= 0 &&
           std::ranges::any_of(waiting, [&](const Units::value_type* other) {
             return map_uuid(other->first) == owner->uuid;
           });
  });
}

/// Will a waiting unit release the name that this unit needs, because it gets another name?
bool name_will_be_released(const Wwid& wwid, const TakenNames& names,
                           const std::deque<Units::value_type*>& waiting,
                           const PlanningOptions& options) {
  const std::string name = desired_name(wwid, options);
  const auto taken = names.taken_by_other(wwid, name);
  return taken && std::ranges::any_of(waiting, [&](const Units::value_type* unit) {
           return map_uuid(unit->first) == taken->uuid &&
                  desired_name(unit->first, options) != name;
         });
}

/// Decides on the units in turn. A unit that waits for another unit's name or path comes after it.
class Planner {
 public:
  Planner(std::span<const Path> paths, std::span<const CurrentMap> maps,
          std::span<const TakenName> taken_names, const PlanningOptions& options)
      : options_(options), paths_(paths), names_(taken_names), ownership_(maps) {
    for (const CurrentMap& map : maps) maps_.emplace(map.uuid, &map);
  }

  void plan(Units& units, Plan& plan) {
    for (auto& unit : units) waiting_.push_back(&unit);
    for (std::size_t postponed = 0; !waiting_.empty();) {
      Units::value_type* front = waiting_.front();
      waiting_.pop_front();
      const bool waits_for_name = name_will_be_released(front->first, names_, waiting_, options_);
      const CurrentMap* current = find_map(maps_, front->first);
      const bool waits =
          waits_for_name || path_will_be_released(*front, current, ownership_, waiting_);
      // A map with a temporary name goes first, or a new map could not get its name.
      const bool can_swap = waits_for_name && current != nullptr;
      if (waits && postponed < waiting_.size() * (can_swap ? 1 : 2)) {
        waiting_.push_back(front);
        ++postponed;
        continue;
      }
      // Break the cycle of units that wait for each other: one of them goes first, without the path
      // and with a temporary name.
      postponed = 0;
      decide_on(*front, waits_for_name, plan);
    }
    for (Action& action : swapped_) finish_swap(std::move(action), plan);
  }

 private:
  void decide_on(Units::value_type& unit, bool waits_for_name, Plan& plan) {
    const Wwid& wwid = unit.first;
    const CurrentMap* current = find_map(maps_, wwid);
    const bool swaps = waits_for_name && current != nullptr && current->name != wwid.text() &&
                       !names_.taken_by_other(wwid, wwid.text());
    auto action = decide({wwid, current, names_, ownership_, paths_, options_, swaps},
                         std::move(unit.second), plan.findings);
    if (!action) return;
    ownership_.take(*action);
    if (swaps && action->renames()) {
      action->temporary_name = wwid.text();
      names_.take(current->uuid, action->temporary_name);
      swapped_.push_back(std::move(*action));
      return;
    }
    if (action->verb == Verb::create || action->renames())
      names_.take(map_uuid(wwid), action->desired.name);
    plan.actions.push_back(std::move(*action));
  }

  /// Adds the action after those that release its name. If the name was not released, the map keeps
  /// its temporary name.
  void finish_swap(Action action, Plan& plan) {
    const std::string uuid = action.current->uuid;
    if (const auto taken = names_.taken_by_other(action.desired.wwid, action.desired.name)) {
      plan.findings.push_back({Finding::Severity::warning, action.current->name,
                               "named by its WWID: " + taken_text(*taken)});
      for (PartitionRename& partition : action.partition_renames)
        partition.to = action.temporary_name + partition.to.substr(action.desired.name.size());
      action.desired.name = action.temporary_name;
    }
    names_.take(uuid, action.desired.name);
    plan.actions.push_back(std::move(action));
  }

  const PlanningOptions& options_;
  PathIndex paths_;
  TakenNames names_;
  Ownership ownership_;
  MapsByUuid maps_;
  std::deque<Units::value_type*> waiting_;
  std::vector<Action> swapped_;
};

}  // namespace

std::string to_string(Verb verb) { return verb_names.to_string(verb); }

Whitelist whitelist_of(const PlanningOptions& options) {
  return options.whitelist.value_or(options.configuration.globals().whitelist.value);
}

Plan make_plan(std::span<const Path> paths, std::span<const CurrentMap> maps,
               std::span<const TakenName> taken_names, const PlanningOptions& options) {
  Plan plan;
  Units units = coalesce(paths);
  plan.findings = findings_of_members(paths, maps);
  Planner(paths, maps, taken_names, options).plan(units, plan);
  std::ranges::move(findings_of_maps(maps, paths, units), std::back_inserter(plan.findings));
  if (options.report_queueing) report_new_queueing(plan);
  return plan;
}

}  // namespace multipath
