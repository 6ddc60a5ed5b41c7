#include <algorithm>
#include <ostream>

#include <fmt/format.h>

#include "multipath/command/report.h"
#include "multipath/command/shared_options.h"
#include "multipath/command/values.h"
#include "multipath/command/verbs.h"
#include "multipath/run/jobs.h"
#include "multipath/run/load_configuration.h"
#include "multipath/view/json.h"
#include "multipath/view/plan_text.h"

namespace multipath {
namespace {

struct PlanOptions : SharedOptions {
  RunOptions run;
  bool last_good = false;

  Options declare() {
    Options options;
    declare_output(options);
    declare_questions(options);
    options
        .value(
            "policy,p", "POLICY",
            [this](const std::string& text) { run.policy = parse_policy(text); },
            "path grouping of all maps, whatever the configuration says")
        .flag("reload,r", run.force_reload, "reload maps even if they are right")
        .flag("single-paths,i", run.every_unit, "make a map for a single path, too")
        .flag("last-good", last_good,
              "when the configuration has errors, go on by the last one without")
        .flag("queue,q", run.queueing_is_known,
              "do not report new maps that queue without a path (no_path_retry)")
        .arguments("[DEVICE|MAP|WWID...]", words, "");
    return options;
  }
};

enum class Writing : bool { no, yes };

ExitStatus status_of(const std::vector<Outcome>& outcomes) {
  return std::ranges::any_of(outcomes, &Outcome::failed) ? ExitStatus::partial_failure
                                                         : ExitStatus::done;
}

ExitStatus run(Context& context, const std::vector<std::string>& words, const std::string& verb,
               const std::string& purpose, Writing writing) {
  PlanOptions plan;
  Options options = plan.declare();
  options.parse(words);
  if (plan.help) {
    context.out << verb_help(verb, purpose, options);
    return ExitStatus::done;
  }
  const auto targets = find_targets(context, plan.words);
  if (!targets) return ExitStatus::not_found;
  if (writing == Writing::yes) context.host.device_mapper.driver_version();
  const auto configuration = load_configuration_or_tell(
      context, verb, default_verbosity, plan.last_good ? LastGoodAsked::yes : LastGoodAsked::no);
  if (!configuration) return ExitStatus::usage;
  const PlanningOptions planning_options = make_planning_options(context, *configuration, plan.run);
  PlanRun planned =
      plan_maps(context, *targets, planning_options, plan.discovery_options(*configuration),
                writing == Writing::yes ? NeedDeviceMapper::yes : NeedDeviceMapper::no);
  std::vector<Outcome> outcomes;
  if (writing == Writing::yes) {
    outcomes = apply_planned(context, planned, *configuration);
  } else {
    for (Action& action : planned.plan.actions) outcomes.push_back({std::move(action), ""});
  }
  if (plan.json) {
    context.out << json_of_outcomes(outcomes, planned.findings);
  } else {
    context.out << render_outcomes(outcomes);
    report(context, planned.findings, default_verbosity);
  }
  return with_unmatched(context, planned.unmatched, status_of(outcomes));
}

}  // namespace

ExitStatus run_plan(Context& context, const std::vector<std::string>& words) {
  return run(context, words, "plan",
             "Says what `multipath apply` would do to each map, and why. Changes nothing.",
             Writing::no);
}

ExitStatus run_apply(Context& context, const std::vector<std::string>& words) {
  return run(context, words, "apply",
             "Makes, reloads, resizes and renames maps so that they fit the paths of the host.",
             Writing::yes);
}

}  // namespace multipath
