#include "multipath/command/compat/command_line.h"

#include <algorithm>
#include <functional>
#include <ostream>
#include <system_error>

#include <fmt/format.h>

#include "multipath/command/compat/jobs_without_plan.h"
#include "multipath/command/compat/options.h"
#include "multipath/command/compat/unmatched_words.h"
#include "multipath/command/configuration.h"
#include "multipath/command/options.h"
#include "multipath/command/report.h"
#include "multipath/command/suggestion.h"
#include "multipath/run/apply_run.h"
#include "multipath/run/flush_run.h"
#include "multipath/run/list_maps.h"
#include "multipath/view/json.h"
#include "multipath/view/native_nvme.h"
#include "multipath/view/path_list_text.h"
#include "multipath/view/text.h"
#include "multipath/view/topology_text.h"

namespace multipath {
namespace {

/// The targets that the words name. For a node or number that the host does not have, throws
/// UsageError with the text that callers search for.
std::vector<Target> targets_of(Context& context, const CompatOptions& compat) {
  std::vector<Target> targets;
  for (const std::string& word : compat.words) {
    auto target = find_target(context.host, word);
    if (!target)
      throw UsageError(
          fmt::format("'{}' is not a valid argument: no such device on this host", word));
    targets.push_back(std::move(*target));
  }
  return targets;
}

int list(Context& context, const CompatOptions& compat, const Configuration& configuration,
         Verbosity verbosity) {
  const Depth depth = compat.list_long ? Depth::ask : Depth::recall;
  const std::vector<Target> targets = targets_of(context, compat);
  const ListedPaths listed = verbosity == Verbosity::everything && targets.empty()
                                 ? ListedPaths::all
                                 : ListedPaths::of_maps;
  const Listing listing =
      list_maps(context.host, targets, depth, compat.discovery_options(configuration), listed);
  if (compat.json) {
    std::vector<Finding> findings = listing.findings;
    std::ranges::copy(listing.kept, std::back_inserter(findings));
    print_json_of_maps(context.out, listing.maps, findings, listing.native);
    return 0;
  }
  if (verbosity == Verbosity::everything) {
    report(context, listing.kept, verbosity);
    context.out << render_path_list(in_udev_order(listing.paths));
    report_stories(context, listing.paths);
  }
  if (verbosity == Verbosity::names) {
    for (const Topology& map : listing.maps) context.out << printable(map.name) << '\n';
  } else if (verbosity >= Verbosity::maps) {
    context.out << render(listing.maps, context.out_style) << render_native(listing.native);
  }
  report(context, listing.findings, verbosity);
  return 0;
}

void show_outcome(Context& context, const CompatOptions& compat, Verbosity verbosity,
                  const Outcome& outcome) {
  const Action& action = outcome.action;
  if (outcome.failed()) {
    context.err << fmt::format("multipath: {}: {}: {}\n", printable(action.desired.name),
                               to_string(action.verb), printable(outcome.error));
    return;
  }
  if (verbosity >= Verbosity::maps) report_remarks(context, outcome);
  if (compat.dry_run && verbosity >= Verbosity::maps) report_reason(context, action);
  if (action.verb == Verb::nothing) return;
  if (verbosity == Verbosity::names) context.out << printable(action.desired.name) << '\n';
  if (verbosity < Verbosity::maps) return;
  if (verbosity == Verbosity::everything && !compat.dry_run) report_reason(context, action);
  Topology topology = topology_of(action.desired, action.current);
  topology.action = to_string(action.verb);
  context.out << render(topology, context.out_style);
}

std::vector<Outcome> only_planned(const Plan& plan) {
  std::vector<Outcome> outcomes;
  for (const Action& action : plan.actions) {
    outcomes.push_back({action, action.verb == Verb::refuse ? action.reason : ""});
  }
  return outcomes;
}

int create(Context& context, const CompatOptions& compat, const Configuration& configuration,
           Verbosity verbosity) {
  const std::vector<Target> targets = targets_of(context, compat);
  DiscoveryOptions discovery_options = compat.discovery_options(configuration);
  discovery_options.policy = compat.policy;
  const PlanningOptions planning_options =
      make_planning_options(context.host, discovery_options,
                            {.every_unit = compat.ignore_wwids,
                             .queueing_is_known = compat.may_queue,
                             .force_reload = compat.reload});
  if (!targets.empty()) discovery_options.tracing = Tracing::yes;
  const PlanRun planned =
      plan_maps(context.host, targets, planning_options, discovery_options, NeedDeviceMapper::yes,
                compat.bindings_read_only ? NewBindings::no : NewBindings::yes);
  check_unmatched_words(context, compat.words, planned, planning_options);
  if (!compat.json && verbosity == Verbosity::everything) {
    context.out << render_path_list(in_udev_order(planned.paths));
    report_stories(context, planned.paths);
  }
  const std::vector<Outcome> outcomes =
      compat.dry_run ? only_planned(planned.plan)
                     : apply_planned(context.host, planned, configuration, notices_of(context));
  if (compat.json) {
    print_json_of_outcomes(context.out, outcomes, planned.findings);
  } else {
    report(context, planned.findings, verbosity);
    if (verbosity >= Verbosity::maps)
      report_units_without_map(context, targets, planned, planning_options);
    for (const Outcome& outcome : outcomes) show_outcome(context, compat, verbosity, outcome);
  }
  return !compat.dry_run && std::ranges::any_of(outcomes, &Outcome::failed) ? 1 : 0;
}

/// Text of a flush that did not happen, with the words that callers search for.
std::string flush_text(const FlushOutcome& outcome) {
  return outcome.result == FlushResult::busy
             ? fmt::format("multipath: {}: map in use: {}", outcome.map, outcome.error)
             : fmt::format("multipath: {}: {}", outcome.map, outcome.error);
}

int flush(Context& context, const CompatOptions& compat, const Configuration& configuration,
          Verbosity verbosity) {
  const bool all = compat.job() == CompatOptions::Job::flush_all;
  const std::vector<Target> targets = all ? std::vector<Target>{} : targets_of(context, compat);
  const Flushed flushed = flush_maps(
      context.host, targets, {patience_for(compat.flush_retries, configuration), configuration});
  if (compat.json) {
    context.out << json_of_flush(flushed.outcomes, flushed.findings);
  } else {
    report(context, flushed.findings, verbosity);
  }
  bool failed = false;
  for (const FlushOutcome& outcome : flushed.outcomes) {
    if (outcome.result == FlushResult::flushed) continue;
    failed = true;
    if (!compat.json && verbosity > Verbosity::errors)
      context.err << printable(flush_text(outcome)) << '\n';
  }
  if (!flushed.unmatched.empty()) {
    throw UsageError(fmt::format("'{}' is not a valid argument: {}{}", compat.words.front(),
                                 flushed.unmatched.front().text, suggestion_for(compat.words)));
  }
  return failed ? 1 : 0;
}

/// The jobs that create, list or flush maps.
int run_on_maps(Context& context, const CompatOptions& compat, const Configuration& configuration,
                Verbosity verbosity) {
  context.host.device_mapper.driver_version();
  switch (compat.job()) {
    case CompatOptions::Job::list:
      return list(context, compat, configuration, verbosity);
    case CompatOptions::Job::flush:
    case CompatOptions::Job::flush_all:
      return flush(context, compat, configuration, verbosity);
    default:
      return create(context, compat, configuration, verbosity);
  }
}

int run_job(Context& context, const CompatOptions& compat) {
  auto loaded = load_configuration_or_report(context, command_of(compat), compat.verbosity,
                                             compat.last_good ? UseLastGood::yes : UseLastGood::no);
  if (!loaded) return 1;
  const Configuration configuration = std::move(*loaded);
  const Verbosity verbosity =
      compat.verbosity.value_or(verbosity_of(configuration.globals().verbosity.value));
  if (const auto status = run_job_without_plan(context, compat, configuration, verbosity))
    return *status;
  return run_on_maps(context, compat, configuration, verbosity);
}

}  // namespace

int run_compat_command_line(Context& context, const std::vector<std::string>& words) {
  CompatOptions compat;
  try {
    declare(compat).parse(with_list_spelled_out(words));
    if (compat.version || compat.long_help) {
      context.out << version_text() << (compat.long_help ? "\n" + compat_help() : "");
      return 0;
    }
    if (compat.help) {
      context.err << version_text() << '\n' << compat_help();
      return 0;
    }
    compat.check();
  } catch (const UsageError& error) {
    context.err << version_text() << "multipath: " << printable(error.what())
                << "; see `multipath --help`\n";
    return 1;
  }
  const bool needs_no_root = compat.job() == CompatOptions::Job::show_config;
  if (!context.is_root && !needs_no_root) {
    context.err << "need to be root\n";
    return 1;
  }
  try {
    return run_job(context, compat);
  } catch (const UsageError& error) {
    context.err << "multipath: " << printable(error.what()) << '\n';
  } catch (const std::system_error& error) {
    context.err << "multipath: " << printable(error.what()) << '\n';
  }
  return 1;
}

}  // namespace multipath
