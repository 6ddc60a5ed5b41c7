#include <ostream>

#include "multipath/command/configuration.h"
#include "multipath/command/options.h"
#include "multipath/command/report.h"
#include "multipath/command/verbs.h"
#include "multipath/run/partition_run.h"
#include "multipath/view/json.h"
#include "multipath/view/plan_text.h"

namespace multipath {
namespace {

struct PartitionOptions : SharedOptions {
  bool remove = false;
  bool dry_run = false;
  bool no_wait = false;

  void declare(Options& options) {
    declare_output(options);
    options.flag("remove", remove, "remove the partition maps")
        .flag("dry-run,d", dry_run, "show what would be done; change nothing")
        .flag("no-wait", no_wait, "do not wait for udev (for udev's rules)");
  }
};

ExitStatus run(Context& context, const PartitionOptions& partitions) {
  const auto targets = find_targets(context, partitions, partitions.words);
  if (!targets) return ExitStatus::not_found;
  const auto configuration = load_configuration_or_report(context, "partitions", default_verbosity);
  if (!configuration) return ExitStatus::configuration_errors;
  const PartitionRun run = fit_partitions(
      context.host, *targets,
      {.delimiter =
           configuration->globals().partition_delimiter.value.value_or(default_partition_delimiter),
       .remove = partitions.remove,
       .dry_run = partitions.dry_run,
       .waits = !partitions.no_wait},
      notices_of(context));
  if (partitions.json) {
    context.out << json_of_partitions(run.outcomes, run.findings);
  } else {
    context.out << render_partitions(run.outcomes);
    report(context, run.findings, default_verbosity);
  }
  return with_unmatched(context, run.unmatched,
                        run.failed ? ExitStatus::partial_failure : ExitStatus::done);
}

}  // namespace

std::unique_ptr<VerbCommand> partitions_verb() { return verb_command<PartitionOptions>(run); }

}  // namespace multipath
