#include "multipath/teardown/execute.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <system_error>

#include <fmt/format.h>

#include "multipath/model/names.h"
#include "multipath/teardown/execute_presence.h"
#include "multipath/teardown/execute_step.h"

namespace multipath {
namespace {

using std::chrono::milliseconds;

/// The time limit of a step. device-mapper and LVM: twice their tools' own limit of 25 retries of
/// 200 ms. md releases devices asynchronously; bcache first writes back dirty data.
milliseconds time_limit_of(StepAction action) {
  constexpr milliseconds short_time{10'000};
  constexpr milliseconds minute{60'000};
  constexpr milliseconds day{24L * 3600 * 1000};
  switch (action) {
    case StepAction::stop_bcache:
    case StepAction::swap_off:
      return day;
    case StepAction::stop_raid:
    case StepAction::unmount:
    case StepAction::deactivate_group:
    case StepAction::wipe:
      return minute;
    case StepAction::close_crypt:
    case StepAction::detach_loop:
    case StepAction::remove_map:
    case StepAction::flush_map:
      break;
  }
  return short_time;
}

/// The program that usually recreates such a device.
std::string_view usual_maker(HolderKind kind, bool multipathd_runs) {
  if (kind == HolderKind::multipath && multipathd_runs) return "multipathd, which is running";
  switch (kind) {
    case HolderKind::lvm:
      return "lvm's autoactivation by udev (69-dm-lvm.rules)";
    case HolderKind::raid:
      return "mdadm --incremental by udev (64-md-raid-assembly.rules)";
    case HolderKind::multipath:
      return "multipathd, or multipath by udev";
    case HolderKind::partition_map:
      return "multipath partitions or kpartx, by udev";
    case HolderKind::bcache:
      return "bcache-register by udev";
    case HolderKind::crypt:
      return "systemd-cryptsetup";
    case HolderKind::disk:
    case HolderKind::partition:
    case HolderKind::linear:
    case HolderKind::loop:
    case HolderKind::unknown:
      break;
  }
  return "unknown";
}

std::set<std::string> knames_of(const Host& host) {
  const auto names = names_in(host.sys, "class/block");
  return {names.begin(), names.end()};
}

/// The devices that came back. Compares maps by uuid and other devices by name.
std::vector<std::string> find_returned(const HolderGraph& graph, const std::vector<Step>& steps,
                                       const Host& host) {
  std::vector<std::string> result;
  std::map<std::string, std::string> uuids;
  for (const std::string& kname : knames_of(host)) {
    if (!kname.starts_with("dm-")) continue;
    const auto uuid = block_attribute(host.sys, kname, "dm/uuid");
    if (uuid && !uuid->empty()) uuids.emplace(*uuid, kname);
  }
  for (const Step& step : steps) {
    for (const std::size_t index : step.covers) {
      const Holder& holder = graph.nodes[index];
      const bool back = holder.dm_uuid.empty() ? holder_presence(host, holder) == Presence::there
                                               : uuids.contains(holder.dm_uuid);
      if (back)
        result.push_back(fmt::format("{} came back; usual cause: {}", display_name(holder),
                                     usual_maker(holder.kind, graph.multipathd_runs)));
    }
  }
  return result;
}

/// Watches for devices that come back. udev events follow the last step, mostly within a second.
void watch(const HolderGraph& graph, const std::vector<Step>& steps, const Host& host,
           const Execution& execution, TeardownResult& result) {
  constexpr milliseconds pause{200};
  const auto end = host.clock.now() + execution.watch;
  for (;;) {
    result.came_back = find_returned(graph, steps, host);
    if (!result.came_back.empty() || host.clock.now() >= end) return;
    host.clock.sleep(std::min(pause, execution.watch));
  }
}

}  // namespace

std::string_view to_string(StepState state) {
  constexpr auto words = names_of<StepState>({
      {StepState::done, "done"},
      {StepState::already_gone, "already gone"},
      {StepState::failed, "failed"},
      {StepState::timed_out, "timed out"},
      {StepState::not_started, "not started"},
  });
  return words.word_of(state);
}

bool TeardownResult::succeeded() const {
  return std::ranges::all_of(outcomes, [](const StepOutcome& outcome) {
    return outcome.state == StepState::done || outcome.state == StepState::already_gone;
  });
}

TeardownResult execute_teardown(const HolderGraph& graph, const std::vector<Step>& steps,
                                const Host& host, const Execution& execution) {
  TeardownResult result;
  const auto begin = host.clock.now();
  bool stopped = false;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const Step& step = steps[i];
    if (!stopped && execution.interrupted && execution.interrupted()) {
      stopped = true;
      result.interrupted = true;
    }
    if (stopped) {
      result.outcomes.push_back({step, StepState::not_started, "", {}});
      continue;
    }
    auto deadline = host.clock.now() + time_limit_of(step.action);
    if (execution.timeout.count() > 0) deadline = std::min(deadline, begin + execution.timeout);
    const auto report = [&](const std::string& waiting) {
      if (execution.progress) execution.progress(i + 1, steps.size(), step, waiting);
    };
    report("");
    const auto found = execution.name_spaces.find(step.name_space);
    MountNamespace* name_space =
        found == execution.name_spaces.end() ? nullptr : found->second.get();
    result.outcomes.push_back(StepRun(graph, step, host, name_space, deadline, report).run());
    const StepState state = result.outcomes.back().state;
    stopped = state == StepState::failed || state == StepState::timed_out;
  }
  if (execution.taken_down) execution.taken_down();
  if (!stopped && !steps.empty()) watch(graph, steps, host, execution, result);
  return result;
}

std::vector<Blocker> untrusted_backups(const std::vector<Step>& steps, const Host& host) {
  const auto wipe = std::ranges::find(steps, StepAction::wipe, &Step::action);
  if (wipe == steps.end()) return {};
  constexpr std::string_view home = "HOME=";
  try {
    host.signatures->require_trusted(wipe->command.at(1).substr(home.size()));
  } catch (const std::system_error& error) {
    return {{"backup", wipe->name, "--wipe-backup", error.what(),
             "create the directory as root, or name another with --wipe-backup"}};
  }
  return {};
}

std::vector<Blocker> missing_tools(const std::vector<Step>& steps, const Host& host) {
  std::vector<Blocker> blockers;
  std::set<std::string> reported;
  for (const Step& step : steps) {
    const std::string tool = step.action == StepAction::wipe ? "wipefs" : step.command.front();
    const bool our_own = step.action == StepAction::stop_bcache ||
                         step.action == StepAction::remove_map || step.name_space != 0 ||
                         (step.action == StepAction::flush_map && tool == "multipath");
    if (our_own || !find_tool(host.tools, tool).empty() || !reported.insert(tool).second) continue;
    blockers.push_back({"no-tool", step.name, "/usr/sbin, /usr/bin",
                        fmt::format("{} is required for {} {}, but not installed", tool,
                                    to_string(step.action), step.subject),
                        "install " + tool});
  }
  return blockers;
}

}  // namespace multipath
