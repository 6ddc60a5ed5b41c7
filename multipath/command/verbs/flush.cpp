#include <algorithm>
#include <ostream>

#include <fmt/format.h>

#include "multipath/command/configuration.h"
#include "multipath/command/options.h"
#include "multipath/command/report.h"
#include "multipath/command/shared_options.h"
#include "multipath/command/verbs.h"
#include "multipath/model/shell_text.h"
#include "multipath/run/flush_run.h"
#include "multipath/view/json.h"
#include "multipath/view/text.h"

namespace multipath {
namespace {

struct FlushCommandLine : SharedOptions {
  bool all = false;
  std::optional<int> retries;

  void declare(Options& options) {
    declare_output(options);
    options.flag("all,a", all, "all unused maps")
        .value(
            "retries,R", "N", [this](const std::string& text) { retries = parse_count(text); },
            "retry N times, a second apart, while a map is in use (remove_retries)");
  }

  void check() const {
    if (all != words.empty()) throw UsageError("expected either MAP... or --all");
  }
};

ExitStatus status_of(const std::vector<FlushOutcome>& outcomes) {
  const auto count = [&](FlushResult result) {
    return std::ranges::count(outcomes, result, &FlushOutcome::result);
  };
  if (count(FlushResult::failed) > 0) return ExitStatus::partial_failure;
  if (count(FlushResult::busy) == 0) return ExitStatus::done;
  return count(FlushResult::flushed) > 0 ? ExitStatus::partial_failure : ExitStatus::busy;
}

void report_remedy(Context& context, const std::string& map) {
  context.err << fmt::format(
      "multipath: {}: map is in use; `{}` shows its users, `{}` stops them and removes the map\n",
      printable(map), pasteable(shell_line("multipath holders", map)),
      pasteable(shell_line("multipath clear-holders", map)));
}

ExitStatus run(Context& context, const FlushCommandLine& flush) {
  const auto targets = find_targets(context, flush, flush.words);
  if (!targets) return ExitStatus::not_found;
  const Configuration configuration =
      load_configuration_or_report(context, "flush", default_verbosity).value_or(Configuration());
  const Flushed flushed = flush_maps(context.host, *targets,
                                     {patience_for(flush.retries, configuration), configuration});
  if (flush.json) {
    std::vector<Finding> findings = flushed.findings;
    findings.insert(findings.end(), flushed.unmatched.begin(), flushed.unmatched.end());
    context.out << json_of_flush(flushed.outcomes, findings);
  } else {
    report(context, flushed.findings, default_verbosity);
    for (const FlushOutcome& outcome : flushed.outcomes) {
      context.out << fmt::format("{:<8} {}{}\n", to_string(outcome.result), printable(outcome.map),
                                 outcome.error.empty() ? "" : "  " + printable(outcome.error));
      if (outcome.result == FlushResult::busy) report_remedy(context, outcome.map);
    }
    report(context, flushed.unmatched, default_verbosity);
  }
  const ExitStatus status = status_of(flushed.outcomes);
  return !flushed.unmatched.empty() && status == ExitStatus::done ? ExitStatus::not_found : status;
}

}  // namespace

std::unique_ptr<VerbCommand> flush_verb() { return verb_command<FlushCommandLine>(run); }

}  // namespace multipath
