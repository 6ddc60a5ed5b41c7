#include <algorithm>
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
#include "multipath/planning/apply_message.h"
#include "multipath/planning/coalesce.h"
#include "multipath/run/map_run.h"
#include "multipath/run/reannounce.h"
#include "multipath/run/targets.h"
#include "multipath/view/json.h"
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

/// The map that a word names; reports on stderr if there is none.
std::optional<CurrentMap> map_named(Context& context, const std::string& word) {
  const auto target = find_target(context.host, word);
  if (target) {
    std::vector<Finding> findings;
    auto map = find_map(context.host.device_mapper, *target, findings);
    report(context, findings, default_verbosity);
    if (map) return map;
  }
  context.err << fmt::format("multipath: {}: no such map\n", printable(word));
  return std::nullopt;
}

ExitStatus set_path_use(Context& context, std::string_view verb, PathUse use,
                        const std::string& word) {
  const auto target = find_target(context.host, word);
  if (target && target->number) {
    for (const CurrentMap& map : all_maps(context)) {
      if (!has_path(map, *target->number)) continue;
      set_path(context.host.device_mapper, map, *target->number, use);
      if (use == PathUse::reinstate)
        announce_late_partitions(context.host, map, notices_of(context));
      return ExitStatus::done;
    }
  }
  context.err << fmt::format("multipath {}: {}: not a path of any map\n", verb, printable(word));
  return ExitStatus::not_found;
}

/// Reports each map that fails on stderr, and sets the others.
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

/// Has `change` change the map by the configuration, and shows what became of it.
ExitStatus change_map(Context& context, std::string_view verb, const ConfiguredMapOptions& options,
                      const std::function<MapRun(const Configuration&)>& change) {
  const auto configuration = load_configuration_or_report(
      context, verb, default_verbosity, options.last_good ? UseLastGood::yes : UseLastGood::no);
  if (!configuration) return ExitStatus::configuration_errors;
  const MapRun run = change(*configuration);
  if (options.json) {
    print_json_of_outcomes(context.out, run.outcomes, run.findings);
  } else {
    context.out << render_outcomes(run.outcomes);
    report(context, run.findings, default_verbosity);
  }
  return std::ranges::any_of(run.outcomes, &Outcome::failed) ? ExitStatus::partial_failure
                                                             : ExitStatus::done;
}

ExitStatus switch_group(Context& context, const MapOptions& options) {
  const int group = parse_count(options.words.back());
  const auto map = map_named(context, options.words.front());
  if (!map) return ExitStatus::not_found;
  if (group < 1 || static_cast<std::size_t>(group) > map->table.groups.size()) {
    throw UsageError(
        fmt::format("{} has groups 1 to {}, not {}", map->name, map->table.groups.size(), group));
  }
  switch_group(context.host.device_mapper, *map, static_cast<std::uint32_t>(group));
  return ExitStatus::done;
}

ExitStatus queue(Context& context, const QueueOptions& options) {
  const Queueing wanted = options.words.front() == "on" ? Queueing::on : Queueing::off;
  if (options.all) return set_queueing_of_all(context, wanted);
  const auto map = map_named(context, options.words.back());
  if (!map) return ExitStatus::not_found;
  set_queueing(context.host.device_mapper, *map, wanted);
  return ExitStatus::done;
}

ExitStatus resize(Context& context, const ConfiguredMapOptions& options) {
  const auto map = map_named(context, options.words.front());
  if (!map) return ExitStatus::not_found;
  return change_map(context, "resize", options, [&](const Configuration& configuration) {
    return resize_map(context.host, options.discovery_options(configuration), *map,
                      notices_of(context));
  });
}

ExitStatus rename(Context& context, const ConfiguredMapOptions& options) {
  const auto map = map_named(context, options.words.front());
  if (!map) return ExitStatus::not_found;
  const auto wwid = wwid_of_map_uuid(map->uuid);
  if (!wwid) throw UsageError(fmt::format("{} has no WWID", map->name));
  require_map_name(options.words.back());
  return change_map(context, "rename", options, [&](const Configuration& configuration) {
    return rename_map(context.host, options.discovery_options(configuration), *map, *wwid,
                      options.words.back(), notices_of(context));
  });
}

}  // namespace

std::unique_ptr<VerbCommand> fail_verb() {
  return verb_command<MapOptions>([](Context& context, const MapOptions& options) {
    return set_path_use(context, "fail", PathUse::fail, options.words.front());
  });
}

std::unique_ptr<VerbCommand> reinstate_verb() {
  return verb_command<MapOptions>([](Context& context, const MapOptions& options) {
    return set_path_use(context, "reinstate", PathUse::reinstate, options.words.front());
  });
}

std::unique_ptr<VerbCommand> switchgroup_verb() { return verb_command<MapOptions>(switch_group); }

std::unique_ptr<VerbCommand> queue_verb() { return verb_command<QueueOptions>(queue); }

std::unique_ptr<VerbCommand> resize_verb() { return verb_command<ConfiguredMapOptions>(resize); }

std::unique_ptr<VerbCommand> rename_verb() { return verb_command<ConfiguredMapOptions>(rename); }

}  // namespace multipath
