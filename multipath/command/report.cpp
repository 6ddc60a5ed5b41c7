#include "multipath/command/report.h"

#include <ostream>

#include <fmt/format.h>

#include "multipath/planning/explain.h"
#include "multipath/planning/kept_settings.h"
#include "multipath/view/json_results.h"
#include "multipath/view/path_list_text.h"
#include "multipath/view/plan_text.h"
#include "multipath/view/text.h"

namespace multipath {
namespace {

Verbosity needed_for(Finding::Severity severity) {
  switch (severity) {
    case Finding::Severity::error:
      return Verbosity::errors;
    case Finding::Severity::warning:
      return Verbosity::maps;
    case Finding::Severity::note:
      return Verbosity::everything;
  }
  return Verbosity::errors;
}

Progress progress_on_terminal(Context& context) {
  if (context.err_style == Style::plain) return nullptr;
  return [&err = context.err](std::size_t number, std::size_t count, const Action& action) {
    err << fmt::format("\r\x1b[K[{}/{}] {} {}", number, count, to_string(action.verb),
                       printable(action.desired.name));
    if (number == count) err << "\r\x1b[K";
    err.flush();
  };
}

}  // namespace

void report(Context& context, std::span<const Finding> findings, Verbosity verbosity) {
  for (const Finding& finding : merge_kept_queueing(findings)) {
    if (verbosity < needed_for(finding.severity)) continue;
    context.err << "multipath: " << printable(to_string(finding)) << '\n';
  }
}

ExitStatus report_failure(Context& context, const SharedOptions& options,
                          std::span<const Finding> failures, ExitStatus status) {
  report(context, failures, Verbosity::errors);
  if (options.json) context.out << json_of_failure(failures);
  return status;
}

void report_stories(Context& context, std::span<const Path> paths) {
  for (const Path& path : paths) {
    context.err << fmt::format("multipath: {}: {}\n", printable(path.kname),
                               printable(path_summary(path)));
  }
}

void report_reason(Context& context, const Action& action) {
  context.err << fmt::format("multipath: {}: {}: {}\n", printable(action.desired.name),
                             to_string(action.verb), printable(action.reason));
  const auto print = [&](const char* word, const std::string& text) {
    context.err << fmt::format("multipath: {}: {}{}\n", printable(action.desired.name), word,
                               printable(text));
  };
  if (!action.desired.node.empty()) print("node ", to_string(action.desired.node));
  for (const SysfsWrite& write : action.limits.writes) print("write ", write_text(write));
  for (const std::string& remark : action.limits.remarks) print("", remark);
}

void report_units_without_map(Context& context, const std::vector<Target>& targets,
                              const PlanRun& planned, const PlanningOptions& planning_options) {
  const Evidence evidence{planned.paths, planned.maps, planned.plan, planning_options,
                          planned.traces};
  for (const Target& target : targets) {
    for (const Path& path : planned.paths) {
      if (!target.matches(path)) continue;
      const Explanation explanation = explain_path(target.word, path, evidence);
      if (explanation.answer == Explanation::Answer::no_map)
        context.err << fmt::format("multipath: {}\n", printable(headline(explanation)));
      break;
    }
  }
}

void report_remarks(Context& context, const Outcome& outcome) {
  for (const std::string& remark : outcome.remarks) {
    context.err << fmt::format("multipath: {}: {}\n", printable(outcome.action.desired.name),
                               printable(remark));
  }
}

void report_restored(Context& context, const Restored& map) {
  for (const std::string& kname : map.knames)
    context.out << fmt::format("{}: path {} is in use again\n", printable(map.map), kname);
  report(context, map.findings, default_verbosity);
}

Notices notices_of(Context& context) {
  return {.finding =
              [&err = context.err](const Finding& finding) {
                err << "multipath: " << printable(to_string(finding)) << std::endl;
              },
          .progress = progress_on_terminal(context)};
}

}  // namespace multipath
