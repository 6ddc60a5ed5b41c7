#include <algorithm>
#include <ostream>
#include <system_error>

#include <fmt/format.h>

#include "multipath/command/report.h"
#include "multipath/command/shared_options.h"
#include "multipath/command/usage_error.h"
#include "multipath/command/values.h"
#include "multipath/command/verbs.h"
#include "multipath/host/current_maps.h"
#include "multipath/planning/apply_message.h"
#include "multipath/planning/coalesce.h"
#include "multipath/run/jobs.h"
#include "multipath/run/late_partitions.h"
#include "multipath/run/load_configuration.h"
#include "multipath/run/named_map.h"
#include "multipath/view/json.h"
#include "multipath/view/plan_text.h"
#include "multipath/view/text.h"

namespace multipath {
namespace {

/// The words of a verb on one map; help is printed here. Nothing when there is nothing more to do.
struct MapVerb : SharedOptions {
  bool last_good = false;

  std::optional<std::vector<std::string>> words_of(Context& context, const std::string& verb,
                                                   const std::string& purpose,
                                                   const std::string& placeholder,
                                                   std::size_t count,
                                                   const std::vector<std::string>& given) {
    Options options;
    declare_output(options);
    if (verb == "rename" || verb == "resize") {
      options.flag("last-good", last_good,
                   "when the configuration has errors, go on by the last one without");
    }
    options.arguments(placeholder, words, "");
    options.parse(given);
    if (help) {
      context.out << verb_help(verb, purpose, options);
      return std::nullopt;
    }
    if (words.size() != count) throw UsageError(fmt::format("it takes {}", placeholder));
    return words;
  }
};

/// Every multipath map. Throws std::system_error without device-mapper.
std::vector<CurrentMap> all_maps(Context& context) {
  context.host.device_mapper.driver_version();
  std::vector<Finding> findings;
  std::vector<CurrentMap> maps = read_maps(context.host.device_mapper, findings);
  report(context, findings, default_verbosity);
  return maps;
}

/// The map that a word names; says on stderr when there is none.
std::optional<CurrentMap> map_named(Context& context, const std::string& word) {
  const auto target = find_target(context.host, word);
  if (target) {
    context.host.device_mapper.driver_version();
    std::vector<Finding> findings;
    auto map = find_map(context.host.device_mapper, *target, findings);
    report(context, findings, default_verbosity);
    if (map) return map;
  }
  context.err << fmt::format("multipath: {}: no such map\n", printable(word));
  return std::nullopt;
}

ExitStatus run_on_path(Context& context, const std::string& verb, const std::string& purpose,
                       PathUse use, const std::vector<std::string>& given) {
  MapVerb command;
  const auto words = command.words_of(context, verb, purpose, "PATH", 1, given);
  if (!words) return ExitStatus::done;
  const auto target = find_target(context.host, words->front());
  if (target && target->number) {
    for (const CurrentMap& map : all_maps(context)) {
      if (!has_path(map, *target->number)) continue;
      set_path(context.host.device_mapper, map, *target->number, use);
      if (use == PathUse::reinstate) announce_late_partitions(context, map);
      return ExitStatus::done;
    }
  }
  context.err << fmt::format("multipath {}: {}: no map has such a path\n", verb,
                             printable(words->front()));
  return ExitStatus::not_found;
}

/// A map that refuses is told on stderr and keeps no other from being set.
ExitStatus set_queueing_of_all(Context& context, Queueing queueing) {
  ExitStatus status = ExitStatus::done;
  for (const CurrentMap& map : all_maps(context)) {
    try {
      set_queueing(context.host.device_mapper, map, queueing);
    } catch (const std::system_error& error) {
      context.err << fmt::format("multipath queue: {}\n", printable(error.what()));
      status = ExitStatus::partial_failure;
    }
  }
  return status;
}

enum class Resizing : bool { in_passing, asked_for };

/// Plans for one map only, with options for it, and carries it out.
ExitStatus apply_to_map(Context& context, std::string_view verb, const MapVerb& command,
                        const CurrentMap& map, const std::map<Wwid, std::string>& names,
                        const std::function<bool(Action&)>& wanted, Resizing resizing) {
  const auto configuration = load_configuration_or_tell(
      context, verb, default_verbosity, command.last_good ? LastGoodAsked::yes : LastGoodAsked::no);
  if (!configuration) return ExitStatus::usage;
  PlanningOptions planning_options = make_planning_options(context, *configuration, {});
  planning_options.names = names;
  planning_options.resize = resizing == Resizing::asked_for;
  PlanRun planned =
      plan_maps(context, {Target{map.name, map.number}}, planning_options,
                command.discovery_options(*configuration), NeedDeviceMapper::yes, NewBindings::no);
  std::erase_if(planned.plan.actions, [&](Action& action) { return !wanted(action); });
  const auto outcomes =
      apply(planned.plan, context.host.device_mapper, progress_on_terminal(context),
            {.sys = &context.host.sys, .sys_writer = context.host.sys_writer});
  if (command.json) {
    context.out << json_of_outcomes(outcomes, planned.findings);
  } else {
    context.out << render_outcomes(outcomes);
    report(context, planned.findings, default_verbosity);
  }
  return std::ranges::any_of(outcomes, &Outcome::failed) ? ExitStatus::partial_failure
                                                         : ExitStatus::done;
}

}  // namespace

ExitStatus run_fail(Context& context, const std::vector<std::string>& words) {
  return run_on_path(context, "fail", "Takes a path out of use in its map, until it is reinstated.",
                     PathUse::fail, words);
}

ExitStatus run_reinstate(Context& context, const std::vector<std::string>& words) {
  return run_on_path(context, "reinstate", "Takes a failed path of a map into use again.",
                     PathUse::reinstate, words);
}

ExitStatus run_switchgroup(Context& context, const std::vector<std::string>& given) {
  MapVerb command;
  const auto words = command.words_of(
      context, "switchgroup", "Makes a group of a map the one in use; 1 is the first listed.",
      "MAP GROUP", 2, given);
  if (!words) return ExitStatus::done;
  const int group = parse_count(words->back());
  const auto map = map_named(context, words->front());
  if (!map) return ExitStatus::not_found;
  if (group < 1 || static_cast<std::size_t>(group) > map->table.groups.size()) {
    throw UsageError(
        fmt::format("{} has groups 1 to {}, no {}", map->name, map->table.groups.size(), group));
  }
  switch_group(context.host.device_mapper, *map, static_cast<std::uint32_t>(group));
  return ExitStatus::done;
}

ExitStatus run_queue(Context& context, const std::vector<std::string>& given) {
  SharedOptions command;
  bool all = false;
  Options options;
  command.declare_output(options);
  options.flag("all,a", all, "every map").arguments("on|off [MAP]", command.words, "");
  options.parse(given);
  if (command.help) {
    context.out << verb_help(
        "queue", "Whether I/O waits (on) or fails (off) when no path of a map works.", options);
    return ExitStatus::done;
  }
  if (command.words.size() != (all ? 1 : 2))
    throw UsageError("it takes on or off, and MAP or --all");
  if (command.words.front() != "on" && command.words.front() != "off") {
    throw UsageError("on or off?");
  }
  const Queueing wanted = command.words.front() == "on" ? Queueing::on : Queueing::off;
  if (all) return set_queueing_of_all(context, wanted);
  const auto map = map_named(context, command.words.back());
  if (!map) return ExitStatus::not_found;
  set_queueing(context.host.device_mapper, *map, wanted);
  return ExitStatus::done;
}

ExitStatus run_resize(Context& context, const std::vector<std::string>& given) {
  MapVerb command;
  const auto words = command.words_of(
      context, "resize", "Gives a map the size of its paths, when all of them agree on it.", "MAP",
      1, given);
  if (!words) return ExitStatus::done;
  const auto map = map_named(context, words->front());
  if (!map) return ExitStatus::not_found;
  return apply_to_map(
      context, "resize", command, *map, {},
      [](Action& action) { return action.verb == Verb::resize || action.verb == Verb::refuse; },
      Resizing::asked_for);
}

ExitStatus run_rename(Context& context, const std::vector<std::string>& given) {
  MapVerb command;
  const auto words = command.words_of(
      context, "rename", "Gives a map and its partition maps another name.", "MAP NAME", 2, given);
  if (!words) return ExitStatus::done;
  const auto map = map_named(context, words->front());
  if (!map) return ExitStatus::not_found;
  const auto wwid = wwid_of_map_uuid(map->uuid);
  if (!wwid) throw UsageError(fmt::format("{} has no WWID", map->name));
  require_map_name(words->back());
  return apply_to_map(
      context, "rename", command, *map, {{*wwid, words->back()}},
      [](Action& action) {
        const bool renames = action.renames();
        if (renames)
          action.verb = Verb::rename;  // whatever else the map may lack, only this was asked for
        return renames;
      },
      Resizing::in_passing);
}

}  // namespace multipath
