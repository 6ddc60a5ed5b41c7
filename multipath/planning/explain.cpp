#include "multipath/planning/explain.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "multipath/config/conf_grammar.h"
#include "multipath/model/shell_text.h"
#include "multipath/planning/coalesce.h"
#include "multipath/planning/kept_settings.h"
#include "multipath/planning/new_map.h"
#include "multipath/planning/policy.h"

namespace multipath {
namespace {

using Answer = Explanation::Answer;

Decision made(std::string step, Decision::Verdict verdict, std::string fact, std::string origin) {
  Decision decision;
  decision.step = std::move(step);
  decision.verdict = verdict;
  decision.fact = std::move(fact);
  decision.origin = std::move(origin);
  return decision;
}
Decision passed(std::string step, std::string fact, std::string origin = "") {
  return made(std::move(step), Decision::Verdict::pass, std::move(fact), std::move(origin));
}
Decision noted(std::string step, std::string fact, std::string origin = "") {
  return made(std::move(step), Decision::Verdict::note, std::move(fact), std::move(origin));
}
Decision stopped(std::string step, std::string fact, std::string origin = "") {
  return made(std::move(step), Decision::Verdict::stop, std::move(fact), std::move(origin));
}

/// What planning knows of one unit.
struct UnitView {
  const Wwid& wwid;
  std::vector<Path> unit;
  const CurrentMap* current = nullptr;
  const Action* action = nullptr;
  Selection selection;
};

UnitView look_at(const Wwid& wwid, const Evidence& evidence) {
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

/// Does the next run take the path out of the map that has it?
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

/// When the host itself runs on a path: does the next boot make the map, before anything uses it?
std::string next_boot_remedy(const UnitView& view, const PlanningOptions& options) {
  std::vector<Path> unused = view.unit;
  for (Path& path : unused) path.users.clear();
  const std::size_t paths = select_paths(std::move(unused), nullptr).paths.size();
  const NewMapVerdict verdict = judge_new_map(view.wwid, paths, options);
  constexpr std::string_view renew =
      "the initramfs must have the configuration and the wwids file of today (`update-initramfs "
      "-u` or `dracut -f`)";
  if (verdict.gets_one)
    return fmt::format("boot: the next boot makes the map, as {}; {}", verdict.reason, renew);
  return fmt::format(
      "`multipath -a {}`, then boot: the next boot makes the map; {}. As it is, it "
      "would not: {}",
      view.wwid.text(), renew, verdict.reason);
}

/// What ends the use of a path of the unit that keeps it out of maps.
std::string remedy_of_use(const UnitView& view, const Path& path, const PlanningOptions& options) {
  const auto used =
      path.users.empty()
          ? std::ranges::find_if(view.unit, [](const Path& other) { return !other.users.empty(); })
          : std::ranges::find(view.unit, path.number, &Path::number);
  if (used == view.unit.end()) return "";
  if (std::ranges::any_of(used->users, &PathUser::runs_host))
    return next_boot_remedy(view, options);
  return fmt::format("`{}` shows what stands on it and `{}` takes it down; then run `multipath`",
                     pasteable(shell_line("multipath holders", used->kname)),
                     pasteable(shell_line("multipath clear-holders", used->kname)));
}

Decision joining_decision(const UnitView& view, const Path& path, const PlanningOptions& options) {
  const auto left_out = std::ranges::find(view.selection.left_out, path.kname, &Finding::subject);
  if (left_out != view.selection.left_out.end()) {
    Decision decision = stopped("joining", left_out->text);
    std::string remedy = path.answered ? remedy_of_use(view, path, options) : std::string();
    if (remedy.empty())
      remedy =
          "bring the path to work again (cabling, zoning, the array's view of this host), then "
          "run `multipath`";
    decision.remedies.push_back(std::move(remedy));
    return decision;
  }
  if (view.current != nullptr && has_path(*view.current, path.number))
    return passed("joining", fmt::format("map {} has it already", view.current->name));
  return passed("joining", "it answers, has a size, and nothing stands on it");
}

/// A path that discovery gave no identity, when no step of its story says why.
void add_missing_identity(const Path& path, std::vector<Decision>& decisions) {
  if ((path.wwid && !path.excluded) || first_stop(decisions) != nullptr) return;
  Decision decision =
      stopped("identity", path.trouble.empty() ? std::string("it has no WWID") : path.trouble);
  decision.remedies.emplace_back(
      "make it answer: look at the kernel's log and at `sg_inq`, `sg_vpd -p di`; then run "
      "`multipath`");
  decisions.push_back(std::move(decision));
}

PathStory story_of(const Path& path, const UnitView* view, const Evidence& evidence) {
  PathStory trace{path.kname, to_string(path.number), {}};
  const auto told = evidence.traces.find(path.number);
  if (told != evidence.traces.end()) trace.decisions = told->second;
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
      "after a resize, `echo 1 > /sys/block/DISK/device/rescan` for each path");
  decision.remedies.emplace_back(
      "if they are different units, give each its own serial number at the array, or blacklist "
      "the wrong path by devnode or device");
  return decision;
}

/// What the whitelist switch says of the unit; nothing where its hardware is listed, which the
/// path's own story has.
std::optional<Decision> admission_decision(const UnitView& view, const PlanningOptions& options) {
  const bool listed = std::ranges::all_of(
      view.unit, [](const Path& path) { return path.recognition == Recognition::listed; });
  if (listed) return std::nullopt;
  const auto configured = options.configuration.globals().whitelist;
  const std::string origin =
      options.whitelist == configured.value ? to_string(configured.origin) : "command line";
  const Admission admission =
      admission_of(options.whitelist, view.unit, options.known_units.contains(view.wwid));
  if (admission.admitted) return passed("whitelist", admission.rule, origin);
  Decision decision = stopped("whitelist", admission.rule, origin);
  decision.remedies = remedies_for(view.unit.front());
  return decision;
}

Decision find_multipaths_decision(const UnitView& view, const PlanningOptions& options) {
  const GlobalSettings globals = options.configuration.globals();
  const std::string origin = to_string(globals.find_multipaths.origin);
  const std::string mode = "find_multipaths " + to_string(globals.find_multipaths.value);
  if (view.current != nullptr)
    return passed("find_multipaths",
                  fmt::format("{}: map {} exists, which is enough", mode, view.current->name),
                  origin);
  const NewMapVerdict verdict = judge_new_map(view.wwid, view.selection.paths.size(), options);
  if (verdict.gets_one) return passed("find_multipaths", mode + ": " + verdict.reason, origin);
  const std::string reason =
      verdict.reason.starts_with("find_multipaths") ? verdict.reason : mode + ": " + verdict.reason;
  Decision decision = stopped("find_multipaths", reason, origin);
  decision.remedies = {
      fmt::format("`{}` adds the unit to {}", shell_line("multipath -a", view.wwid.text()),
                  globals.wwids_file.value),
      "`multipath -i` makes maps of single paths and of unknown units for one run",
      fmt::format("set find_multipaths off in section defaults ({} decides now)", origin)};
  if (options.new_maps == NewMaps::two_paths)
    decision.remedies.insert(decision.remedies.begin(),
                             "give the host a second path to the unit (zoning, another portal), "
                             "and rescan");
  return decision;
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
  return fmt::format("requests in turn, by priority: {}", fmt::join(texts, ", "));
}

Decision queueing_decision(const UnitView& view, const Map& map, const UnitSettings& settings) {
  const bool queues = std::ranges::find(map.features, "queue_if_no_path") != map.features.end();
  Decision decision = noted(
      "queueing", queues ? "I/O waits when no path works" : "I/O fails when no path works",
      view.current != nullptr ? "the map as it is" : to_string(settings.no_path_retry.origin));
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

/// What the map is to be like, each with what decided it.
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

std::vector<Decision> unit_decisions(const UnitView& view, const Evidence& evidence) {
  std::vector<Decision> decisions;
  if (view.unit.empty()) {
    decisions.push_back(stopped("paths", "the host has no path to it"));
    decisions.back().remedies.emplace_back(
        "bring a path back (cabling, zoning, iSCSI login, the array's view of this host) and "
        "rescan: `rescan-scsi-bus.sh`");
    return decisions;
  }
  if (view.selection.paths.empty()) {
    decisions.push_back(stopped("paths", "none of its paths may come into a map"));
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
  const bool told = first_stop(decisions) != nullptr;
  decisions.push_back(made("plan",
                           !refused ? Decision::Verdict::pass
                           : told   ? Decision::Verdict::note
                                    : Decision::Verdict::stop,
                           fmt::format("{}: {}", to_string(action.verb), action.reason), ""));
  if (refused && !told)
    decisions.back().remedies.emplace_back(
        "give one of the two another name (alias in section multipath, or `multipath rename`)");
  return decisions;
}

/// How to keep a unit out that has or gets a map.
std::vector<std::string> remedies_against(const UnitView& view) {
  std::vector<std::string> remedies;
  const std::string blacklist = "add to blacklist in /etc/multipath.conf: wwid " +
                                conf_quoted(exact_pattern(view.wwid.text()));
  if (view.current == nullptr) return {"to keep it out, " + blacklist};
  return {fmt::format("to keep it out, {}; then `{}` and `{}`", blacklist,
                      pasteable(shell_line("multipath -f", view.current->name)),
                      shell_line("multipath -w", view.wwid.text()))};
}

void conclude_with(const Decision* stop, const std::string& who, Explanation& explanation) {
  explanation.answer = Answer::no_map;
  explanation.conclusion = fmt::format(
      "{} gets into no map: {}{}", who, stop == nullptr ? "no step says why" : stop->fact,
      stop == nullptr || stop->origin.empty() || stop->fact.find(stop->origin) != std::string::npos
          ? ""
          : " (" + stop->origin + ")");
  if (stop != nullptr) explanation.remedies = stop->remedies;
}

std::string next_run_text(const Action* action) {
  if (action == nullptr) return "";
  return fmt::format("; the next run: {}, {}", to_string(action->verb), action->reason);
}

}  // namespace

Explanation explain_path(const std::string& subject, const Path& path, const Evidence& evidence) {
  Explanation explanation;
  explanation.subject = subject;
  const bool has_unit = path.wwid && !path.excluded;
  std::optional<UnitView> view;
  if (has_unit) view.emplace(look_at(*path.wwid, evidence));
  explanation.paths.push_back(story_of(path, view ? &*view : nullptr, evidence));
  if (view) explanation.decisions = unit_decisions(*view, evidence);

  const Decision* stop = first_stop(explanation.paths.front().decisions);
  if (stop == nullptr) stop = first_stop(explanation.decisions);
  if (const CurrentMap* map = map_with(path, evidence)) {
    const bool goes = leaves(*map, path, evidence);
    explanation.answer = goes ? Answer::leaves_map : Answer::in_map;
    explanation.conclusion = fmt::format(
        "{} is a path of map {}{}", path.kname, map->name,
        goes ? ", and the next run takes it out" : next_run_text(view ? view->action : nullptr));
    if (stop != nullptr) {
      explanation.conclusion += "; a map would not take it: " + stop->fact;
      explanation.remedies = stop->remedies;
    } else if (view) {
      explanation.remedies = remedies_against(*view);
    }
  } else if (view && is_planned(*view, path)) {
    explanation.answer = Answer::gets_map;
    explanation.conclusion = fmt::format("the next run puts {} into map {}: {}", path.kname,
                                         view->action->desired.name, view->action->reason);
    explanation.remedies = remedies_against(*view);
  } else {
    conclude_with(stop, path.kname, explanation);
  }
  return explanation;
}

Explanation explain_unit(const std::string& subject, const Wwid& wwid, const Evidence& evidence) {
  Explanation explanation;
  explanation.subject = subject;
  const UnitView view = look_at(wwid, evidence);
  for (const Path& path : evidence.paths) {
    if (path.wwid == wwid) explanation.paths.push_back(story_of(path, &view, evidence));
  }
  explanation.decisions = unit_decisions(view, evidence);
  const Decision* stop = first_stop(explanation.decisions);
  if (stop == nullptr || stop->remedies.empty()) {
    for (const PathStory& path : explanation.paths) {
      const Decision* its = first_stop(path.decisions);
      if (its != nullptr && (stop == nullptr || stop->remedies.empty())) stop = its;
    }
  }
  if (view.current != nullptr) {
    explanation.answer = Answer::in_map;
    explanation.conclusion =
        fmt::format("{} has map {}{}", wwid.text(), view.current->name, next_run_text(view.action));
    explanation.remedies = stop != nullptr ? stop->remedies : remedies_against(view);
  } else if (view.action != nullptr && view.action->verb != Verb::refuse) {
    explanation.answer = Answer::gets_map;
    explanation.conclusion = fmt::format("the next run makes map {}: {}", view.action->desired.name,
                                         view.action->reason);
    explanation.remedies = remedies_against(view);
  } else {
    conclude_with(stop, wwid.text(), explanation);
  }
  return explanation;
}

}  // namespace multipath
