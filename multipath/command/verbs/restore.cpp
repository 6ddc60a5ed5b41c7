#include <algorithm>
#include <ostream>

#include <fmt/format.h>

#include "multipath/command/configuration.h"
#include "multipath/command/options.h"
#include "multipath/command/report.h"
#include "multipath/command/verbs.h"
#include "multipath/model/printable.h"
#include "multipath/run/restore_run.h"
#include "multipath/view/json_results.h"

namespace multipath {
namespace {

struct RestoreOptions : SharedOptions {
  bool watch = false;

  void declare(Options& options) {
    declare_output(options);
    declare_questions(options);
    options.flag("watch,w", watch,
                 "repeat every polling_interval, backing off, until no path is failed and no map "
                 "is waiting for a path");
  }

  void check() const {
    if (watch && json) throw UsageError("--watch and --json cannot be combined");
  }
};

void show(Context& context, const RestoreRound& round) {
  for (const Restored& map : round.maps) report_restored(context, map);
  for (const std::string& map : round.regrouped)
    context.out << fmt::format("{}: its paths are regrouped\n", printable(map));
  report(context, round.findings, default_verbosity);
  context.out.flush();
}

std::string json_of(const RestoreRound& round) {
  std::vector<RestoredMap> maps;
  std::vector<Finding> findings;
  const auto is_regrouped = [&](const std::string& map) {
    return std::ranges::find(round.regrouped, map) != round.regrouped.end();
  };
  for (const Restored& map : round.maps) {
    if (!map.knames.empty()) maps.push_back({map.map, map.knames, is_regrouped(map.map)});
    findings.insert(findings.end(), map.findings.begin(), map.findings.end());
  }
  findings.insert(findings.end(), round.findings.begin(), round.findings.end());
  return json_of_restored(maps, findings);
}

ExitStatus status_of(const RestoreRound& round) {
  return round.failures == 0 ? ExitStatus::done : ExitStatus::partial_failure;
}

ExitStatus run(Context& context, const RestoreOptions& restore) {
  const auto targets = find_targets(context, restore, restore.words);
  if (!targets) return ExitStatus::not_found;
  const auto configuration = load_configuration_or_report(context, "restore", default_verbosity);
  if (!configuration) return ExitStatus::configuration_errors;
  const DiscoveryOptions discovery_options = restore.discovery_options(*configuration);
  const Notices notices = notices_of(context);
  RestoreRun restorer(context.host, *configuration, discovery_options, *targets, notices);
  if (restore.watch && !context.on_paper)
    return status_of(restorer.watch([&](const RestoreRound& round) { show(context, round); }));
  const RestoreRound round = restorer.once();
  if (restore.json) {
    context.out << json_of(round);
  } else {
    show(context, round);
  }
  return with_unmatched(context, round.unmatched, status_of(round));
}

}  // namespace

std::unique_ptr<VerbCommand> restore_verb() { return verb_command<RestoreOptions>(run); }

}  // namespace multipath
