#include <ostream>

#include <fmt/format.h>

#include "multipath/command/configuration.h"
#include "multipath/command/report.h"
#include "multipath/command/verbs.h"
#include "multipath/model/printable.h"
#include "multipath/run/restore_run.h"

namespace multipath {
namespace {

struct RestoreOptions : SharedOptions {
  bool watch = false;

  void declare(Options& options) {
    declare_questions(options);
    options.flag("watch,w", watch,
                 "repeat every polling_interval, backing off, until no path is failed and no map "
                 "is waiting for a path");
  }
};

void show(Context& context, const RestoreRound& round) {
  for (const Restored& map : round.maps) report_restored(context, map);
  for (const std::string& map : round.regrouped)
    context.out << fmt::format("{}: its paths are regrouped\n", printable(map));
  report(context, round.findings, default_verbosity);
  context.out.flush();
}

ExitStatus status_of(const RestoreRound& round) {
  return round.failures == 0 ? ExitStatus::done : ExitStatus::partial_failure;
}

ExitStatus run(Context& context, const RestoreOptions& restore) {
  const auto targets = find_targets(context, restore.words);
  if (!targets) return ExitStatus::not_found;
  const auto configuration = load_configuration_or_report(context, "restore", default_verbosity);
  if (!configuration) return ExitStatus::configuration_errors;
  const DiscoveryOptions discovery_options = restore.discovery_options(*configuration);
  const Notices notices = notices_of(context);
  RestoreRun restorer(context.host, *configuration, discovery_options, *targets, notices);
  if (restore.watch && !context.on_paper)
    return status_of(restorer.watch([&](const RestoreRound& round) { show(context, round); }));
  const RestoreRound round = restorer.once();
  show(context, round);
  return with_unmatched(context, round.unmatched, status_of(round));
}

}  // namespace

std::unique_ptr<VerbCommand> restore_verb() { return verb_command<RestoreOptions>(run); }

}  // namespace multipath
