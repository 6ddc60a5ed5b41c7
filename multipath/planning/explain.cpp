#include "multipath/planning/explain.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "multipath/config/conf_lines.h"
#include "multipath/model/shell_text.h"
#include "multipath/planning/coalesce.h"
#include "multipath/planning/grouping_policy.h"
#include "multipath/planning/kept_settings.h"
#include "multipath/planning/map_findings.h"
#include "multipath/planning/new_map.h"

namespace multipath {
namespace {

using Answer = Explanation::Answer;

/// A unit with its map, its action and its selected paths.
struct UnitView {
  const Wwid& wwid;
  std::vector<Path> unit;
  const CurrentMap* current = nullptr;
  const Action* action = nullptr;
  Selection selection;
};

UnitView view_of(const Wwid& wwid, const Evidence& evidence) {
  UnitView view{wwid, {}, nullptr, nullptr, {}};
  const Units units = coalesce(evidence.paths);
  if (const auto found = units.find(wwid); found != units.end()) view.unit = found->second;
  const auto map = std::ranges::find(evidence.maps, map_uuid(wwid), &CurrentMap::uuid);
  if (map != evidence.maps.end()) view.current = &*map;
  const auto action = std::ranges::find_if(evidence.plan.actions, [&](const Action& candidate) {
    return candidate.desired.wwid == wwid;
  });
  if (action != evidence.plan.actions.end()) view.action = &*action;
  view.selection = select_paths(view.unit, view.current);
  return view;
}

bool has_path(const Map& map, const Path& path) {
  return std::ranges::any_of(map.groups, [&](const PathGroup& group) {
    return std::ranges::find(group.paths, path.number, &Path::number) != group.paths.end();
  });
}

bool is_planned(const UnitView& view, const Path& path) {
  return view.action != nullptr && view.action->verb != Verb::refuse &&
         has_path(view.action->desired, path);
}

/// Does the next run remove the path from its map?
bool leaves(const CurrentMap& map, const Path& path, const Evidence& evidence) {
  return std::ranges::any_of(evidence.plan.actions, [&](const Action& action) {
    const bool loads = action.verb == Verb::reload || action.verb == Verb::resize;
    return loads && action.current && action.current->uuid == map.uuid &&
           !has_path(action.desired, path);
  });
}

const CurrentMap* map_with(const Path& path, const Evidence& evidence) {
  const auto found = std::ranges::find_if(
      evidence.maps, [&](const CurrentMap& map) { return has_path(map, path.number); });
  return found == evidence.maps.end() ? nullptr : &*found;
}

/// The remedy if the host runs on a path: the next boot can create the map before the path is used.
std::string next_boot_remedy(const UnitView& view, const PlanningOptions& options) {
  std::vector<Path> unused = view.unit;
  for (Path& path : unused) path.users.clear();
  const std::size_t paths = select_paths(std::move(unused), nullptr).paths.size();
  const NewMapVerdict verdict = judge_new_map(view.wwid, paths, options);
  constexpr std::string_view update =
      "first update the initramfs, which needs the current configuration and wwids file "
      "(`update-initramfs -u` or `dracut -f`)";
  if (verdict.gets_map)
    return fmt::format("reboot: the next boot creates the map ({}); {}", verdict.reason, update);
  return fmt::format(
      "run `multipath -a {}` and reboot: the next boot creates the map; {}; at present it would "
      "not: "
      "{}",
      view.wwid.text(), update, verdict.reason);
}

/// The remedy for a path of the unit that is in use.
std::string remedy_for_use(const UnitView& view, const Path& path, const PlanningOptions& options) {
  const auto used =
      path.users.empty()
          ? std::ranges::find_if(view.unit, [](const Path& other) { return !other.users.empty(); })
          : std::ranges::find(view.unit, path.number, &Path::number);
  if (used == view.unit.end()) return "";
  if (std::ranges::any_of(used->users, &PathUser::runs_host))
    return next_boot_remedy(view, options);
  return fmt::format("`{}` shows its users and `{}` releases it; then run `multipath`",
                     pasteable(shell_line("multipath holders", used->kname)),
                     pasteable(shell_line("multipath clear-holders", used->kname)));
}

Decision joining_decision(const UnitView& view, const Path& path, const PlanningOptions& options) {
  const auto left_out = std::ranges::find(view.selection.left_out, path.kname, &Finding::subject);
  if (left_out != view.selection.left_out.end()) {
    Decision decision = stopped("joining", left_out->text);
    std::string remedy = path.answered ? remedy_for_use(view, path, options) : std::string();
    if (remedy.empty())
      remedy = "fix the path (cabling, zoning, LUN mapping on the array), then run `multipath`";
    decision.remedies.push_back(std::move(remedy));
    return decision;
  }
  if (view.current != nullptr && has_path(*view.current, path.number))
    return passed("joining", fmt::format("already in map {}", view.current->name));
  return passed("joining", "answers, has a size and is not in use");
}

/// Adds the reason for a missing identity if the path's trace does not contain it.
void add_missing_identity(const Path& path, std::vector<Decision>& decisions) {
  if (path.has_unit() || first_stop(decisions) != nullptr) return;
  Decision decision =
      stopped("identity", path.trouble.empty() ? std::string("it has no WWID") : path.trouble);
  decision.remedies.emplace_back(
      "check the kernel log, `sg_inq` and `sg_vpd -p di` to find out why it does not answer; then "
      "run `multipath`");
  decisions.push_back(std::move(decision));
}

PathTrace trace_of(const Path& path, const UnitView* view, const Evidence& evidence) {
  PathTrace trace{path.kname, to_string(path.number), {}};
  const auto found = evidence.traces.find(path.number);
  if (found != evidence.traces.end()) trace.decisions = found->second;
  add_missing_identity(path, trace.decisions);
  for (const Finding& finding : evidence.plan.findings) {
    if (finding.subject == path.kname && finding.severity == Finding::Severity::error)
      trace.decisions.push_back(noted("identity", finding.text));
  }
  if (view != nullptr && !path.excluded)
    trace.decisions.push_back(joining_decision(*view, path, evidence.options));
  return trace;
}

std::uint64_t common_size(const std::vector<Path>& paths) {
  const auto sized =
      std::ranges::find_if(paths, [](const Path& path) { return path.size_sectors != 0; });
  return sized == paths.end() ? 0 : sized->size_sectors;
}

Decision guard_decision(const UnitView& view) {
  const auto refused = reason_not_to_join(view.selection.paths);
  if (!refused) {
    return passed(
        "guard", view.selection.paths.size() == 1
                     ? std::string("one path, nothing to compare")
                     : fmt::format("{} paths agree in size ({} sectors), vendor and "
                                   "product",
                                   view.selection.paths.size(), common_size(view.selection.paths)));
  }
  Decision decision = stopped("guard", *refused);
  decision.remedies.emplace_back(
      "after a resize, run `echo 1 > /sys/block/DISK/device/rescan` for each path");
  decision.remedies.emplace_back(
      "if they are different units, assign unique serial numbers on the array, or blacklist the "
      "wrong path by devnode or device");
  return decision;
}

/// The whitelist's verdict on the unit. Empty for listed hardware: the trace of the path has it.
std::optional<Decision> admission_decision(const UnitView& view, const PlanningOptions& options) {
  const bool listed = std::ranges::all_of(
      view.unit, [](const Path& path) { return path.recognition == Recognition::listed; });
  if (listed) return std::nullopt;
  const std::string origin = options.whitelist
                                 ? "command line"
                                 : to_string(options.configuration.globals().whitelist.origin);
  const Admission admission =
      admission_of(whitelist_of(options), view.unit, options.known_units.contains(view.wwid));
  if (admission.admitted) return passed("whitelist", admission.rule, origin);
  return stopped("whitelist", admission.rule, remedies_for(view.unit.front()), origin);
}

Decision find_multipaths_decision(const UnitView& view, const PlanningOptions& options) {
  const GlobalSettings& globals = options.configuration.globals();
  const std::string origin = to_string(globals.find_multipaths.origin);
  const std::string mode = "find_multipaths " + to_string(globals.find_multipaths.value);
  if (view.current != nullptr)
    return passed("find_multipaths",
                  fmt::format("{}: map {} already exists", mode, view.current->name), origin);
  const NewMapVerdict verdict = judge_new_map(view.wwid, view.selection.paths.size(), options);
  if (verdict.gets_map) return passed("find_multipaths", mode + ": " + verdict.reason, origin);
  const std::string reason =
      verdict.reason.starts_with("find_multipaths") ? verdict.reason : mode + ": " + verdict.reason;
  std::vector<std::string> remedies{
      fmt::format("`{}` adds the unit to {}", shell_line("multipath -a", view.wwid.text()),
                  globals.wwids_file.value),
      "`multipath -i` creates maps for single paths and unknown units in one run",
      fmt::format("set find_multipaths off in section defaults (now decided by {})", origin)};
  if (counts_paths(globals.find_multipaths.value))
    remedies.insert(remedies.begin(),
                    "add a second path to the unit (zoning, another portal) and rescan");
  return stopped("find_multipaths", reason, std::move(remedies), origin);
}

std::string groups_text(const std::vector<PathGroup>& groups) {
  std::vector<std::string> texts;
  for (const PathGroup& group : groups) {
    std::vector<std::string> names;
    for (const Path& path : group.paths) names.push_back(path.kname);
    texts.push_back(fmt::format("[{}] priority {}", fmt::join(names, " "), group.priority));
  }
  return fmt::format("{}", fmt::join(texts, ", "));
}

std::string selector_text(const Map& map) {
  std::string text = map.selector;
  for (const std::string& argument : map.selector_arguments) text += " " + argument;
  return text;
}

/// "rr_weight: sda 50, sdb 10"
std::string weights_text(const Map& map) {
  std::vector<std::string> texts;
  for (const PathGroup& group : map.groups) {
    for (const Path& path : group.paths) {
      const auto own = map.repeat_counts.find(path.number);
      texts.push_back(fmt::format("{} {}", path.kname,
                                  own == map.repeat_counts.end() ? map.repeat_count : own->second));
    }
  }
  return fmt::format("requests per path, by priority: {}", fmt::join(texts, ", "));
}

Decision queueing_decision(const UnitView& view, const Map& map, const UnitSettings& settings) {
  const bool queues = queues_if_no_path(map.features);
  Decision decision =
      noted("queueing",
            queues ? "I/O is queued while no path is usable" : "I/O fails while no path is usable",
            view.current != nullptr ? "current map" : to_string(settings.no_path_retry.origin));
  const auto kept = view.current == nullptr ? std::nullopt : kept_queueing(*view.current, settings);
  if (!kept) return decision;
  decision.fact += "; " + kept->text;
  decision.remedies.push_back(fmt::format(
      "`{}`", pasteable(shell_line(queues ? "multipath queue off" : "multipath queue on",
                                   view.current->name))));
  return decision;
}

std::string node_origin(const UnitSettings& settings) {
  if (settings.mode.value) return to_string(settings.mode.origin);
  return to_string(settings.user.value.empty() ? settings.group.origin : settings.user.origin);
}

/// Adds the decisions on the map's properties, with their origins.
void add_map_decisions(const UnitView& view, const PlanningOptions& options,
                       std::vector<Decision>& decisions) {
  const Map& map = view.action->desired;
  const Subject subject = subject_of_unit(view.wwid, view.selection.paths);
  const UnitSettings& settings = options.configuration.settings_for_unit(subject);
  const PolicyChoice choice =
      choose_policy(options.policy, options.configuration, subject, view.selection.paths);
  decisions.push_back(
      noted("grouping", fmt::format("{}: {}", to_string(choice.policy), groups_text(map.groups)),
            choice.origin));
  decisions.push_back(
      noted("path selector", selector_text(map), to_string(settings.selector.origin)));
  if (settings.weigh_by_priority.value) {
    decisions.push_back(
        noted("path weights", weights_text(map), to_string(settings.weigh_by_priority.origin)));
  }
  decisions.push_back(queueing_decision(view, map, settings));
  if (!map.node.empty())
    decisions.push_back(noted("node", to_string(map.node), node_origin(settings)));
  if (map.name == view.wwid.text()) {
    decisions.push_back(noted("name", "the WWID", to_string(settings.user_friendly_names.origin)));
  } else {
    decisions.push_back(noted("name", map.name,
                              settings.alias.value
                                  ? to_string(settings.alias.origin)
                                  : options.configuration.globals().bindings_file.value + ", by " +
                                        to_string(settings.user_friendly_names.origin)));
  }
}

/// An excluded path need not have been identified.
bool is_of_unit(const UnitView& view, const Path& path) {
  return path.wwid == view.wwid ||
         (path.excluded && view.current != nullptr && has_path(*view.current, path.number));
}

/// The decision on a unit without any path that could be in a map.
Decision no_path_decision(const UnitView& view, const Evidence& evidence) {
  std::string excluded;
  std::vector<std::string> remedies;
  for (const Path& path : evidence.paths) {
    if (!path.excluded || !is_of_unit(view, path)) continue;
    excluded += " " + path.kname;
    const auto trace = evidence.traces.find(path.number);
    const Decision* stop = trace == evidence.traces.end() ? nullptr : first_stop(trace->second);
    if (stop != nullptr && remedies.empty()) remedies = stop->remedies;
  }
  if (!excluded.empty())
    return stopped("paths", "all paths of the unit are excluded:" + excluded, std::move(remedies));
  return stopped("paths", "the host has no path to the unit",
                 {"restore a path (cabling, zoning, iSCSI login, LUN mapping on the array) and "
                  "rescan: `rescan-scsi-bus.sh`"});
}

std::vector<Decision> unit_decisions(const UnitView& view, const Evidence& evidence) {
  std::vector<Decision> decisions;
  if (view.unit.empty()) {
    decisions.push_back(no_path_decision(view, evidence));
    return decisions;
  }
  if (view.selection.paths.empty()) {
    decisions.push_back(stopped("paths", "no path of the unit can be added to a map"));
    return decisions;
  }
  const auto admission = admission_decision(view, evidence.options);
  if (admission) decisions.push_back(*admission);
  if (first_stop(decisions) != nullptr) return decisions;
  decisions.push_back(guard_decision(view));
  if (decisions.back().verdict != Decision::Verdict::stop)
    decisions.push_back(find_multipaths_decision(view, evidence.options));
  if (view.action == nullptr) return decisions;
  const Action& action = *view.action;
  const bool refused = action.verb == Verb::refuse;
  if (!refused) add_map_decisions(view, evidence.options, decisions);
  const std::string fact = fmt::format("{}: {}", to_string(action.verb), action.reason);
  if (!refused) {
    decisions.push_back(passed("plan", fact));
  } else if (first_stop(decisions) != nullptr) {
    decisions.push_back(noted("plan", fact));
  } else {
    decisions.push_back(
        stopped("plan", fact,
                {"rename one of the two (alias in section multipath, or `multipath rename`)"}));
  }
  return decisions;
}

/// The remedy to exclude a unit that has or gets a map.
std::vector<std::string> exclusion_remedies(const UnitView& view) {
  const std::string lines = blacklist_lines(view.wwid.text());
  if (view.current == nullptr)
    return {"to exclude the unit, add to /etc/multipath.conf:\n" + lines};
  return {
      fmt::format("to exclude the unit, add these lines to /etc/multipath.conf; then run `{}` "
                  "and `{}`:\n{}",
                  pasteable(shell_line("multipath -f", view.current->name)),
                  shell_line("multipath -w", view.wwid.text()), lines)};
}

void conclude_no_map(const Decision* stop, const std::string& subject, Explanation& explanation) {
  explanation.answer = Answer::no_map;
  constexpr std::string_view doubled = "not added to a map: ";
  std::string_view fact = stop == nullptr ? "unknown reason" : std::string_view(stop->fact);
  if (fact.starts_with(doubled)) fact.remove_prefix(doubled.size());
  explanation.conclusion = fmt::format(
      "{} gets no map: {}{}", subject, fact,
      stop == nullptr || stop->origin.empty() || stop->fact.find(stop->origin) != std::string::npos
          ? ""
          : " (" + stop->origin + ")");
  if (stop != nullptr) explanation.remedies = stop->remedies;
}

/// The action on the map with that uuid.
const Action* action_on(const CurrentMap& map, const Evidence& evidence) {
  const auto found = std::ranges::find_if(evidence.plan.actions, [&](const Action& action) {
    return action.current && action.current->uuid == map.uuid;
  });
  return found == evidence.plan.actions.end() ? nullptr : &*found;
}

std::string next_run_text(const Action* action) {
  if (action == nullptr) return "";
  return fmt::format("; next run: {}, {}", to_string(action->verb), action->reason);
}

}  // namespace

Explanation explain_path(const std::string& subject, const Path& path, const Evidence& evidence) {
  Explanation explanation;
  explanation.subject = subject;
  std::optional<UnitView> view;
  if (path.has_unit()) view.emplace(view_of(*path.wwid, evidence));
  explanation.paths.push_back(trace_of(path, view ? &*view : nullptr, evidence));
  if (view) explanation.decisions = unit_decisions(*view, evidence);

  const Decision* stop = first_stop(explanation.paths.front().decisions);
  if (stop == nullptr) stop = first_stop(explanation.decisions);
  if (const CurrentMap* map = map_with(path, evidence)) {
    const bool goes = leaves(*map, path, evidence);
    explanation.answer = goes ? Answer::leaves_map : Answer::in_map;
    const bool replaced = was_replaced(path, *map);
    explanation.conclusion = fmt::format(
        "{} is a path of map {}{}{}", path.kname, map->name,
        replaced ? fmt::format(" but now identifies as {}: the LUN was replaced", path.wwid->text())
                 : "",
        goes ? "; the next run removes the path" : next_run_text(action_on(*map, evidence)));
    if (replaced) {
      explanation.remedies.push_back(remedy_for_replaced(path, *map));
    } else if (const auto users = users_beside_map(path, *map); !users.empty()) {
      explanation.conclusion += "; the path is in use without the map: " + users_text(users);
      explanation.remedies.push_back(remedy_for_bypass(path, *map));
    } else if (stop != nullptr) {
      explanation.conclusion += "; a new map would not include the path: " + stop->fact;
      explanation.remedies = stop->remedies;
    } else if (view) {
      explanation.remedies = exclusion_remedies(*view);
    }
  } else if (view && is_planned(*view, path)) {
    explanation.answer = Answer::gets_map;
    explanation.conclusion = fmt::format("the next run adds {} to map {}: {}", path.kname,
                                         view->action->desired.name, view->action->reason);
    explanation.remedies = exclusion_remedies(*view);
  } else {
    conclude_no_map(stop, path.kname, explanation);
  }
  return explanation;
}

Explanation explain_unit(const std::string& subject, const Wwid& wwid, const Evidence& evidence) {
  Explanation explanation;
  explanation.subject = subject;
  const UnitView view = view_of(wwid, evidence);
  for (const Path& path : evidence.paths) {
    if (is_of_unit(view, path)) explanation.paths.push_back(trace_of(path, &view, evidence));
  }
  explanation.decisions = unit_decisions(view, evidence);
  const Decision* stop = first_stop(explanation.decisions);
  if (stop == nullptr || stop->remedies.empty()) {
    for (const PathTrace& path : explanation.paths) {
      const Decision* path_stop = first_stop(path.decisions);
      if (path_stop != nullptr && (stop == nullptr || stop->remedies.empty())) stop = path_stop;
    }
  }
  if (view.current != nullptr) {
    explanation.answer = Answer::in_map;
    explanation.conclusion =
        fmt::format("{} has map {}{}", wwid.text(), view.current->name, next_run_text(view.action));
    explanation.remedies = stop != nullptr ? stop->remedies : exclusion_remedies(view);
  } else if (view.action != nullptr && view.action->verb != Verb::refuse) {
    explanation.answer = Answer::gets_map;
    explanation.conclusion = fmt::format("the next run creates map {}: {}",
                                         view.action->desired.name, view.action->reason);
    explanation.remedies = exclusion_remedies(view);
  } else {
    conclude_no_map(stop, wwid.text(), explanation);
  }
  return explanation;
}

}  // namespace multipath
