#include <algorithm>
#include <array>
#include <exception>
#include <functional>
#include <ostream>
#include <system_error>

#include <fmt/format.h>

#include "multipath/command/configuration.h"
#include "multipath/command/options.h"
#include "multipath/command/report.h"
#include "multipath/command/shared_options.h"
#include "multipath/command/verbs.h"
#include "multipath/host/current_maps.h"
#include "multipath/model/map_name.h"
#include "multipath/planning/apply_message.h"
#include "multipath/planning/coalesce.h"
#include "multipath/planning/taken_names.h"
#include "multipath/run/map_run.h"
#include "multipath/run/reannounce.h"
#include "multipath/run/targets.h"
#include "multipath/view/json.h"
#include "multipath/view/json_results.h"
#include "multipath/view/plan_text.h"
#include "multipath/view/text.h"

namespace multipath {
namespace {

/// A verb on one map or path, without options of its own.
struct MapOptions : SharedOptions {
  void declare(Options& options) { declare_output(options); }
};

/// A verb that changes a map by the configuration.
struct ConfiguredMapOptions : SharedOptions {
  bool last_good = false;

  void declare(Options& options) {
    declare_output(options);
    options.flag("last-good", last_good, last_good_help);
  }
};

struct QueueOptions : SharedOptions {
  bool all = false;

  void declare(Options& options) {
    declare_output(options);
    options.flag("all,a", all, "every map");
  }

  void check() const {
    if (words.size() != (all ? 1 : 2)) throw UsageError("expected on or off, and MAP or --all");
    if (words.front() != "on" && words.front() != "off")
      throw UsageError(
          fmt::format("'{}' is not a queueing mode; expected on or off", words.front()));
  }
};

std::vector<CurrentMap> all_maps(Context& context) {
  std::vector<Finding> findings;
  std::vector<CurrentMap> maps = read_maps(context.host.device_mapper, findings);
  report(context, findings, default_verbosity);
  return maps;
}

Finding error_about(const std::string& subject, std::string text) {
  return {Finding::Severity::error, subject, std::move(text)};
}

/// The map that a word names, or that has it as a path; reports if there is none.
std::optional<CurrentMap> map_named(Context& context, const SharedOptions& options,
                                    const std::string& word) {
  const auto target = find_target(context.host, word);
  if (target) {
    std::vector<Finding> findings;
    auto map = find_map(context.host.device_mapper, *target, findings);
    report(context, findings, default_verbosity);
    if (map) return map;
  }
  report_failure(context, options,
                 std::array{error_about(word, "no such map; `multipath show maps` lists the maps")},
                 ExitStatus::not_found);
  return std::nullopt;
}

/// Requests one change, and shows it with --json. Throws what the kernel refuses.
void request(Context& context, const SharedOptions& options, RequestedChange change,
             const std::function<void()>& make) {
  std::exception_ptr refused;
  try {
    make();
  } catch (const std::system_error& error) {
    change.error = error.what();
    refused = std::current_exception();
  }
  if (options.json) context.out << json_of_requested(std::array{std::move(change)}, {});
  if (refused) std::rethrow_exception(refused);
}

std::string kname_of(const Context& context, DeviceNumber number) {
  return kname_of_number(context.host.sys, number).value_or(to_string(number));
}

ExitStatus set_path_use(Context& context, const SharedOptions& options, PathUse use) {
  const std::string& word = options.words.front();
  const auto target = find_target(context.host, word);
  if (target && target->number) {
    for (const CurrentMap& map : all_maps(context)) {
      if (!has_path(map, *target->number)) continue;
      request(context, options,
              {.action = use == PathUse::fail ? "fail" : "reinstate",
               .map = map.name,
               .path = kname_of(context, *target->number)},
              [&] { set_path(context.host.device_mapper, map, *target->number, use); });
      if (use == PathUse::reinstate)
        announce_late_partitions(context.host, map, notices_of(context));
      return ExitStatus::done;
    }
  }
  return report_failure(context, options,
                        std::array{error_about(
                            word, "not a path of any map; `multipath show paths` lists the paths")},
                        ExitStatus::not_found);
}

std::string action_of(Queueing queueing) {
  return queueing == Queueing::on ? "queue on" : "queue off";
}

/// Reports each map that fails on stderr, and sets the others.
ExitStatus set_queueing_of_all(Context& context, const SharedOptions& options, Queueing queueing) {
  ExitStatus status = ExitStatus::done;
  std::vector<RequestedChange> changes;
  for (const CurrentMap& map : all_maps(context)) {
    changes.push_back({.action = action_of(queueing), .map = map.name});
    try {
      set_queueing(context.host.device_mapper, map, queueing);
    } catch (const std::system_error& error) {
      changes.back().error = error.what();
      context.err << fmt::format("multipath queue: {}\n", printable(error.what()));
      status = ExitStatus::partial_failure;
    }
  }
  if (options.json) context.out << json_of_requested(changes, {});
  return status;
}

ExitStatus show_outcomes(Context& context, const SharedOptions& options, const MapRun& run) {
  if (options.json) {
    print_json_of_outcomes(context.out, run.outcomes, run.findings);
  } else {
    context.out << render_outcomes(run.outcomes);
    report(context, run.findings, default_verbosity);
  }
  return std::ranges::any_of(run.outcomes, &Outcome::failed) ? ExitStatus::partial_failure
                                                             : ExitStatus::done;
}

/// Has `change` change the map by the configuration, and shows what became of it.
ExitStatus change_map(Context& context, std::string_view verb, const ConfiguredMapOptions& options,
                      const std::function<MapRun(const Configuration&)>& change) {
  const auto configuration = load_configuration_or_report(
      context, verb, default_verbosity, options.last_good ? UseLastGood::yes : UseLastGood::no);
  if (!configuration) return ExitStatus::configuration_errors;
  return show_outcomes(context, options, change(*configuration));
}

ExitStatus switch_group(Context& context, const MapOptions& options) {
  const int group = parse_count(options.words.back());
  const auto map = map_named(context, options, options.words.front());
  if (!map) return ExitStatus::not_found;
  const std::size_t count = map->table.groups.size();
  if (group < 1 || static_cast<std::size_t>(group) > count) {
    throw UsageError(fmt::format("{} has {} path group{} and no group {}", map->name, count,
                                 count == 1 ? "" : "s", group));
  }
  request(context, options, {.action = "switchgroup", .map = map->name}, [&] {
    switch_group(context.host.device_mapper, *map, static_cast<std::uint32_t>(group));
  });
  return ExitStatus::done;
}

ExitStatus queue(Context& context, const QueueOptions& options) {
  const Queueing wanted = options.words.front() == "on" ? Queueing::on : Queueing::off;
  if (options.all) return set_queueing_of_all(context, options, wanted);
  const auto map = map_named(context, options, options.words.back());
  if (!map) return ExitStatus::not_found;
  request(context, options, {.action = action_of(wanted), .map = map->name},
          [&] { set_queueing(context.host.device_mapper, *map, wanted); });
  return ExitStatus::done;
}

ExitStatus resize(Context& context, const ConfiguredMapOptions& options) {
  const auto map = map_named(context, options, options.words.front());
  if (!map) return ExitStatus::not_found;
  return change_map(context, "resize", options, [&](const Configuration& configuration) {
    return resize_map(context.host, options.discovery_options(configuration), *map,
                      notices_of(context));
  });
}

ExitStatus rename(Context& context, const ConfiguredMapOptions& options) {
  const auto map = map_named(context, options, options.words.front());
  if (!map) return ExitStatus::not_found;
  const auto wwid = wwid_of_map_uuid(map->uuid);
  if (!wwid) throw UsageError(fmt::format("{} has no WWID", map->name));
  const std::string& name = options.words.back();
  require_map_name(name);
  if (is_same_name(map->name, name)) return show_outcomes(context, options, {});
  if (const auto other = context.host.device_mapper.describe(mangled_name(name))) {
    return report_failure(context, options,
                          std::array{error_about(
                              map->name, taken_text({other->name, other->uuid}) +
                                             "; rename that device first, or choose another name")},
                          ExitStatus::busy);
  }
  bool is_planned = true;
  const auto change = [&](const Configuration& configuration) {
    MapRun run = rename_map(context.host, options.discovery_options(configuration), *map, *wwid,
                            name, notices_of(context));
    is_planned = !run.outcomes.empty();
    if (!is_planned) {
      run.findings.push_back(error_about(
          map->name, fmt::format("not renamed; `multipath explain {}` prints why", map->name)));
    }
    return run;
  };
  const ExitStatus status = change_map(context, "rename", options, change);
  return status == ExitStatus::done && !is_planned ? ExitStatus::partial_failure : status;
}

}  // namespace

std::unique_ptr<VerbCommand> fail_verb() {
  return verb_command<MapOptions>([](Context& context, const MapOptions& options) {
    return set_path_use(context, options, PathUse::fail);
  });
}

std::unique_ptr<VerbCommand> reinstate_verb() {
  return verb_command<MapOptions>([](Context& context, const MapOptions& options) {
    return set_path_use(context, options, PathUse::reinstate);
  });
}

std::unique_ptr<VerbCommand> switchgroup_verb() { return verb_command<MapOptions>(switch_group); }

std::unique_ptr<VerbCommand> queue_verb() { return verb_command<QueueOptions>(queue); }

std::unique_ptr<VerbCommand> resize_verb() { return verb_command<ConfiguredMapOptions>(resize); }

std::unique_ptr<VerbCommand> rename_verb() { return verb_command<ConfiguredMapOptions>(rename); }

}  // namespace multipath
