#include <algorithm>
#include <ostream>

#include <fmt/format.h>

#include "multipath/command/configuration.h"
#include "multipath/command/report.h"
#include "multipath/command/shared_options.h"
#include "multipath/command/verbs.h"
#include "multipath/run/apply_run.h"
#include "multipath/view/json.h"
#include "multipath/view/plan_text.h"

namespace multipath {
namespace {

struct PlanOptions : SharedOptions {
  RunOptions run;
  std::optional<PathGroupingPolicy> policy;
  bool last_good = false;

  void declare(Options& options) {
    declare_output(options);
    declare_questions(options);
    options
        .value(
            "policy,p", "POLICY", [this](const std::string& text) { policy = parse_policy(text); },
            "path grouping policy of all maps, overriding the configuration")
        .flag("reload,r", run.force_reload, "reload maps even if they are correct")
        .flag("single-paths,i", run.every_unit, "also create maps for single paths")
        .flag("last-good", last_good, last_good_help)
        .flag("queue,q", run.queueing_is_known,
              "do not report new maps that queue without a usable path (no_path_retry)");
  }
};

enum class Writing : bool { no, yes };

ExitStatus status_of(const std::vector<Outcome>& outcomes) {
  return std::ranges::any_of(outcomes, &Outcome::failed) ? ExitStatus::partial_failure
                                                         : ExitStatus::done;
}

ExitStatus run(Context& context, const PlanOptions& plan, const std::string& verb,
               Writing writing) {
  const auto targets = find_targets(context, plan, plan.words);
  if (!targets) return ExitStatus::not_found;
  const auto configuration = load_configuration_or_report(
      context, verb, default_verbosity, plan.last_good ? UseLastGood::yes : UseLastGood::no);
  if (!configuration) return ExitStatus::configuration_errors;
  DiscoveryOptions discovery_options = plan.discovery_options(*configuration);
  discovery_options.policy = plan.policy;
  const PlanningOptions planning_options =
      make_planning_options(context.host, discovery_options, plan.run);
  // The traces have the decision on each path that is named.
  if (!targets->empty()) discovery_options.tracing = Tracing::yes;
  PlanRun planned =
      plan_maps(context.host, *targets, planning_options, discovery_options,
                writing == Writing::yes ? NeedDeviceMapper::yes : NeedDeviceMapper::no);
  std::vector<Outcome> outcomes;
  if (writing == Writing::yes) {
    outcomes = apply_planned(context.host, planned, *configuration, notices_of(context));
  } else {
    for (Action& action : planned.plan.actions) outcomes.push_back({std::move(action), ""});
  }
  if (plan.json) {
    print_json_of_outcomes(context.out, outcomes, planned.findings);
  } else {
    context.out << render_outcomes(outcomes);
    report(context, planned.findings, default_verbosity);
    report_units_without_map(context, *targets, planned, planning_options);
  }
  return with_unmatched(context, planned.unmatched, status_of(outcomes));
}

}  // namespace

std::unique_ptr<VerbCommand> plan_verb() {
  return verb_command<PlanOptions>([](Context& context, const PlanOptions& options) {
    return run(context, options, "plan", Writing::no);
  });
}

std::unique_ptr<VerbCommand> apply_verb() {
  return verb_command<PlanOptions>([](Context& context, const PlanOptions& options) {
    return run(context, options, "apply", Writing::yes);
  });
}

}  // namespace multipath
