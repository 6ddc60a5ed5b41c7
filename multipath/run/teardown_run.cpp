#include "multipath/run/teardown_run.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "multipath/discovery/unit_paths.h"
#include "multipath/teardown/blockers.h"
#include "multipath/teardown/execute_name_spaces.h"

namespace multipath {
namespace {

TeardownEnd end_of(const TeardownResult& result, const std::vector<Blocker>& left) {
  for (const StepOutcome& outcome : result.outcomes) {
    if (outcome.state == StepState::timed_out) return TeardownEnd::timed_out;
    if (outcome.state == StepState::failed) return TeardownEnd::failed;
  }
  if (result.interrupted) return TeardownEnd::failed;
  if (!result.came_back.empty()) return TeardownEnd::came_back;
  return left.empty() ? TeardownEnd::clear : TeardownEnd::still_in_use;
}

std::vector<Blocker> blockers_of(const Host& host, const Step& step) {
  TeardownOptions all;
  all.unmount = all.unmount_elsewhere = all.swap_off = all.allow_collateral = true;
  auto blockers = find_blockers(discover_holders(host, {step.name}), all);
  std::erase_if(blockers, [&](const Blocker& blocker) { return blocker.device != step.name; });
  return blockers;
}

/// What has a base claimed although nothing visible uses it. A capture knows that only of devices
/// without holders.
void add_claims(const Host& host, const HolderGraph& graph, std::vector<Blocker>& blockers) {
  if (!blockers.empty()) return;
  std::vector<std::string> knames;
  for (const std::size_t base : graph.bases) knames.push_back(graph.nodes[base].kname);
  std::ranges::move(claimed(host, knames), std::back_inserter(blockers));
}

}  // namespace

tl::expected<TeardownPlan, HolderCycle> plan_teardown_of(const Host& host,
                                                         const std::vector<std::string>& knames,
                                                         const TeardownOptions& options,
                                                         const TeardownRights& rights) {
  HolderGraph graph = discover_holders(host, knames);
  auto teardown = plan_teardown(graph, options);
  if (!teardown) return tl::unexpected(std::move(teardown.error()));
  std::vector<Blocker>& blockers = teardown->blockers;
  std::ranges::move(missing_tools(teardown->steps, host), std::back_inserter(blockers));
  if (rights.is_root)
    std::ranges::move(untrusted_backups(teardown->steps, host), std::back_inserter(blockers));
  if (teardown->steps.empty() && rights.is_root && !rights.on_paper)
    add_claims(host, graph, blockers);
  return TeardownPlan{std::move(graph), std::move(*teardown)};
}

tl::expected<TeardownPlan, HolderCycle> plan_teardown_after_locks(
    Host& host, const std::vector<std::string>& knames, const TeardownOptions& options,
    const TeardownRights& rights, const Notices& notices) {
  auto plan = plan_teardown_of(host, knames, options, rights);
  if (!plan) return plan;
  std::vector<Blocker>& blockers = plan->teardown.blockers;
  if (std::ranges::find(blockers, open_code, &Blocker::code) == blockers.end()) return plan;
  auto locks = lock_disks(host, plan->graph, notices);
  if (!locks) {
    blockers.insert(blockers.begin(), std::move(locks.error()));
    return plan;
  }
  locks->clear();
  return plan_teardown_of(host, knames, options, rights);
}

ClearCheck check_clear(const Host& host, const std::vector<std::string>& knames, ShownFiles files,
                       const TeardownRights& rights) {
  ClearCheck check{.graph = discover_holders(host, knames), .blockers = {}};
  TeardownOptions options;
  options.files = files;
  check.blockers = find_remaining_users(check.graph, options);
  if (!rights.on_paper) add_claims(host, check.graph, check.blockers);
  return check;
}

tl::expected<std::unique_ptr<DeviceAccess::Lock>, std::string> lock_teardown(Host& host) {
  std::string holder;
  auto lock =
      host.devices->lock(teardown_lock_path, fmt::format("process {}\n", ::getpid()), holder);
  if (lock == nullptr) return tl::unexpected(holder.empty() ? "unknown" : std::move(holder));
  return lock;
}

std::vector<Blocker> changes_since(const Host& host, const std::vector<std::string>& knames,
                                   const TeardownOptions& options, const Teardown& planned) {
  const auto now = plan_teardown(discover_holders(host, knames), options);
  if (now && !now->blockers.empty()) return now->blockers;
  if (now && now->steps == planned.steps) return {};
  return {{"changed", knames.front(), "sysfs, /proc",
           "the users of the devices changed after the plan was shown", "run the command again"}};
}

TeardownRun run_teardown(Host& host, const TeardownPlan& plan, DiskLocks locks,
                         TeardownManner manner) {
  const FreedDevices freed = devices_to_free(host, plan.graph, manner.teardown_options);
  std::string last_waiting;
  Execution execution;
  // What comes back is brought by udevd, which must be able to do so while it is watched for.
  execution.taken_down = [&] { locks.clear(); };
  execution.timeout = manner.timeout;
  execution.watch = manner.watch;
  execution.name_spaces = std::move(manner.name_spaces);
  execution.interrupted = manner.interrupted;
  execution.progress = [&](std::size_t number, std::size_t count, const Step& step,
                           const std::string& waiting) {
    if (!waiting.empty() && waiting == last_waiting) return;
    last_waiting = waiting;
    if (manner.progress) manner.progress(number, count, step, waiting);
  };
  TeardownRun run;
  run.result = execute_teardown(plan.graph, plan.teardown.steps, host, execution);
  const TeardownResult& result = run.result;
  for (std::size_t i = 0; i < result.outcomes.size(); ++i) {
    if (!result.outcomes[i].error.empty())
      run.in_the_way[i] = blockers_of(host, result.outcomes[i].step);
  }
  if (manner.timeout.count() > 0) manner.patience = std::min(manner.patience, manner.timeout);
  if (result.succeeded() && !result.interrupted && result.came_back.empty())
    run.left = still_in_use(host, freed, manner.patience);
  run.end = end_of(result, run.left);
  return run;
}

}  // namespace multipath
