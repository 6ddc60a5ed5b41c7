#include "multipath/run/run_teardown.h"

#include <algorithm>
#include <ostream>

#include <fmt/format.h>

#include "multipath/command/interruption.h"
#include "multipath/holders/graph.h"
#include "multipath/run/final_look.h"
#include "multipath/run/holder_targets.h"
#include "multipath/view/holder_plan.h"
#include "multipath/view/json_holders.h"
#include "multipath/view/text.h"

namespace multipath {
namespace {

ExitStatus status_of(const TeardownResult& result, const std::vector<Blocker>& left) {
  for (const StepOutcome& outcome : result.outcomes) {
    if (outcome.state == StepState::timed_out) return ExitStatus::timed_out;
    if (outcome.state == StepState::failed) return ExitStatus::partial_failure;
  }
  if (result.interrupted) return ExitStatus::partial_failure;
  if (!result.came_back.empty()) return ExitStatus::came_back;
  return left.empty() ? ExitStatus::done : ExitStatus::partial_failure;
}

std::string_view word_for(ExitStatus status) {
  switch (status) {
    case ExitStatus::done:
      return "clear";
    case ExitStatus::timed_out:
      return "timed out";
    case ExitStatus::came_back:
      return "came back";
    default:
      return "partial failure";
  }
}

/// A tool says "busy" and not why: who has the device now that its step has failed?
void tell_culprits(Context& context, const Step& step) {
  TeardownOptions all;
  all.unmount = all.unmount_elsewhere = all.swap_off = all.allow_collateral = true;
  auto blockers = find_blockers(discover_holders(context.host, {step.name}), all);
  std::erase_if(blockers, [&](const Blocker& blocker) { return blocker.device != step.name; });
  if (!blockers.empty()) context.err << "in the way now:\n" << render_blockers(blockers);
}

/// What was done, what is left, and how to bring back what was done.
void explain(Context& context, const TeardownResult& result, const std::vector<Blocker>& left) {
  std::vector<Step> done;
  std::string remaining;
  for (const StepOutcome& outcome : result.outcomes) {
    const bool gone = outcome.state == StepState::done || outcome.state == StepState::already_gone;
    if (outcome.state == StepState::done) done.push_back(outcome.step);
    if (!gone) remaining += "  " + render_command(outcome.step) + "\n";
    if (!outcome.error.empty())
      context.err << fmt::format("multipath clear-holders: {}: {}\n", render_command(outcome.step),
                                 printable(outcome.error));
    if (!outcome.error.empty()) tell_culprits(context, outcome.step);
  }
  if (result.interrupted) context.err << "multipath clear-holders: interrupted between two steps\n";
  for (const std::string& text : result.came_back)
    context.err << fmt::format("multipath clear-holders: {}\n", printable(text));
  if (!result.succeeded() && !remaining.empty()) context.err << "not done:\n" << remaining;
  if (!left.empty())
    context.err << "all steps were done, and the devices are still in use:\n"
                << render_blockers(left);
  if (result.succeeded() && !result.interrupted && result.came_back.empty() && left.empty())
    context.err << fmt::format("done: {} of {} steps, and nothing came back\n",
                               result.outcomes.size(), result.outcomes.size());
  if (done.empty()) return;
  context.out << "to bring back what was taken down:\n" << render_undo(done);
}

void tell_progress(Context& context, std::size_t number, std::size_t count, const Step& step,
                   const std::string& waiting) {
  if (waiting.empty()) {
    context.err << fmt::format("[{}/{}] {}\n", number, count, render_command(step));
  } else {
    context.err << fmt::format("[{}/{}]   waiting {}\n", number, count, printable(waiting));
  }
}

}  // namespace

ExitStatus run_teardown(Context& context, const HolderGraph& graph, const Teardown& teardown,
                        DiskLocks locks, RunManner manner) {
  const FreedDevices freed = devices_to_free(context.host, graph, manner.teardown_options);
  std::string last_waiting;
  Interruption interruption;
  Execution execution;
  // What comes back is brought by udevd: it has to be free to do so while that is watched for.
  execution.taken_down = [&] { locks.clear(); };
  execution.timeout = manner.timeout;
  execution.watch = manner.watch;
  execution.name_spaces = std::move(manner.name_spaces);
  execution.interrupted = [&] { return interruption.asked(); };
  execution.progress = [&](std::size_t number, std::size_t count, const Step& step,
                           const std::string& waiting) {
    // A thing that is waited for is told once, not each time it is looked at.
    if (!waiting.empty() && waiting == last_waiting) return;
    last_waiting = waiting;
    tell_progress(context, number, count, step, waiting);
  };
  const TeardownResult result = execute_teardown(graph, teardown.steps, context.host, execution);
  if (manner.timeout.count() > 0) manner.patience = std::min(manner.patience, manner.timeout);
  const bool all_done = result.succeeded() && !result.interrupted && result.came_back.empty();
  const auto left =
      all_done ? still_in_use(context.host, freed, manner.patience) : std::vector<Blocker>{};
  const ExitStatus status = status_of(result, left);
  if (manner.json) {
    Teardown shown = teardown;
    shown.blockers = left;
    context.out << json_of_teardown(graph, shown, result.outcomes,
                                    left.empty() ? word_for(status) : "still in use");
  } else {
    explain(context, result, left);
  }
  return status;
}

}  // namespace multipath
