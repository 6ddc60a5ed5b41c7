#include <algorithm>
#include <istream>
#include <ostream>
#include <system_error>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include "multipath/command/report.h"
#include "multipath/command/usage_error.h"
#include "multipath/command/values.h"
#include "multipath/command/verbs.h"
#include "multipath/holders/graph.h"
#include "multipath/run/disk_locks.h"
#include "multipath/run/final_look.h"
#include "multipath/run/holder_targets.h"
#include "multipath/run/run_teardown.h"
#include "multipath/run/start_dependencies.h"
#include "multipath/teardown/execution.h"
#include "multipath/teardown/teardown.h"
#include "multipath/view/holder_plan.h"
#include "multipath/view/holder_tree.h"
#include "multipath/view/json_holders.h"
#include "multipath/view/text.h"

namespace multipath {
namespace {

constexpr const char* lock_path = "/run/multipath-clear-holders.lock";
constexpr const char* default_backup = "/var/lib/multipath/signatures";

struct ClearOptions : SharedOptions {
  bool dry_run = false;
  bool check_only = false;
  bool start_deps = false;
  bool yes = false;
  bool yes_wipe = false;
  bool verbose = false;
  TeardownOptions teardown_options;
  std::chrono::milliseconds timeout{0};

  ClearOptions() { teardown_options.wipe_backup = default_backup; }

  void declare(Options& options) {
    declare_output(options);
    options.flag("dry-run,n", dry_run, "show the plan and what blocks it; change nothing")
        .flag("verbose,v", verbose, "list every open file, not only the first three of a process")
        .flag("check", check_only, "exit 0 if the devices are free to be partitioned, 3 otherwise")
        .flag("start-deps", start_deps,
              "first assemble and activate what is on the devices, so that it can be found")
        .flag("yes,y", yes, "do not ask for confirmation")
        .flag("umount", teardown_options.unmount, "unmount file systems")
        .flag("umount-ns", teardown_options.unmount_elsewhere,
              "also unmount in other mount namespaces")
        .flag("swapoff", teardown_options.swap_off, "disable swap space")
        .flag("wipe", teardown_options.wipe,
              "wipe the signatures of the devices and their partitions")
        .flag("yes-wipe", yes_wipe, "do not ask for confirmation of --wipe")
        .value(
            "wipe-backup", "DIR", [this](const std::string& text) { set_backup(text); },
            fmt::format("directory where signatures are saved first ({})", default_backup))
        .flag("keep-maps", teardown_options.keep_maps,
              "keep the multipath maps of the named devices")
        .flag("allow-collateral", teardown_options.allow_collateral,
              "also stop what uses devices that are not named")
        .value(
            "force-protected", "KNAME",
            [this](const std::string& text) { teardown_options.force_protected.insert(text); },
            "take this device down even though the running system uses it")
        .value(
            "timeout", "SECONDS",
            [this](const std::string& text) { timeout = std::chrono::seconds(parse_count(text)); },
            "time limit of the whole run");
  }

  void check() const {
    if (start_deps && (dry_run || check_only))
      throw UsageError("--start-deps cannot be combined with --dry-run or --check");
    if (words.empty() && !start_deps) throw UsageError("missing argument; expected DEVICE...");
  }

  Requirements requirements() const { return {.root = start_deps, .live_host = start_deps}; }

  void set_backup(const std::string& text) {
    if (!text.starts_with('/')) throw UsageError("--wipe-backup takes an absolute path");
    teardown_options.wipe_backup = text;
  }
};

/// What has a base claimed although nothing that can be seen uses it. A capture knows that only of
/// devices that nothing stands on.
void add_claims(const Host& host, const HolderGraph& graph, std::vector<Blocker>& blockers) {
  if (!blockers.empty()) return;
  std::vector<std::string> knames;
  for (const std::size_t base : graph.bases) knames.push_back(graph.nodes[base].kname);
  std::ranges::move(claimed(host, knames), std::back_inserter(blockers));
}

ExitStatus check(Context& context, const ClearOptions& clear, const HolderGraph& graph) {
  TeardownOptions teardown_options;
  teardown_options.files = clear.teardown_options.files;
  auto remaining = not_clear(graph, teardown_options);
  if (!context.on_paper) add_claims(context.host, graph, remaining);
  if (clear.json) {
    context.out << json_of_teardown(graph, {{}, remaining}, {},
                                    remaining.empty() ? "clear" : "not clear");
  } else if (!remaining.empty()) {
    context.out << render_holder_tree(graph, context.out_style, clear.teardown_options.files);
    context.err << fmt::format("not clear:\n{}", render_blockers(remaining));
  }
  return remaining.empty() ? ExitStatus::done : ExitStatus::busy;
}

/// Asks until a line comes; only `expected` is yes.
bool agrees(Context& context, const std::string& question, std::string_view expected) {
  if (context.in == nullptr) return false;
  context.err << question << std::flush;
  std::string line;
  return std::getline(*context.in, line) && line == expected;
}

bool confirmed(Context& context, const ClearOptions& clear, const Teardown& teardown) {
  if (!clear.yes &&
      !agrees(context, fmt::format("take down {} things? Type yes: ", teardown.steps.size()),
              "yes"))
    return false;
  const bool wipes = std::ranges::any_of(
      teardown.steps, [](const Step& step) { return step.action == StepAction::wipe; });
  return !wipes || clear.yes_wipe ||
         agrees(context, "signatures will be erased from the devices. Type wipe: ", "wipe");
}

std::unique_ptr<DeviceAccess::Lock> take_lock(Context& context) {
  std::string holder;
  auto lock =
      context.host.devices->lock(lock_path, fmt::format("process {}\n", ::getpid()), holder);
  if (lock == nullptr)
    context.err << fmt::format(
        "multipath clear-holders: another run is at work: {} (lock file {})\n",
        holder.empty() ? "unknown" : printable(holder), lock_path);
  return lock;
}

/// The plan, or nothing when devices stand on one another in a ring.
std::optional<Teardown> plan(Context& context, const ClearOptions& clear,
                             const HolderGraph& graph) {
  auto teardown = plan_teardown(graph, clear.teardown_options);
  if (!teardown) {
    context.err << fmt::format("multipath clear-holders: {}\n",
                               printable(to_string(teardown.error())));
    return std::nullopt;
  }
  std::ranges::move(missing_tools(teardown->steps, context.host),
                    std::back_inserter(teardown->blockers));
  if (context.is_root)
    std::ranges::move(distrusted_backups(teardown->steps, context.host),
                      std::back_inserter(teardown->blockers));
  return std::move(*teardown);
}

ExitStatus blocked_status(const Teardown& teardown) {
  if (is_protected(teardown.blockers)) return ExitStatus::protected_stack;
  return teardown.blockers.empty() ? ExitStatus::done : ExitStatus::busy;
}

std::string_view blocked_word(const Teardown& teardown) {
  if (is_protected(teardown.blockers)) return "protected";
  if (!teardown.blockers.empty()) return "blocked";
  return teardown.steps.empty() ? "clear" : "planned";
}

/// What came between the plan and its execution: a lock, or a change while the question stood.
ExitStatus blocked_late(Context& context, const ClearOptions& clear, const HolderGraph& graph,
                        Teardown teardown, const std::vector<Blocker>& blockers) {
  teardown.blockers = blockers;
  if (clear.json) {
    context.out << json_of_teardown(graph, teardown, {}, blocked_word(teardown));
  } else {
    context.err << "BLOCKED (nothing was changed):\n" << render_blockers(teardown.blockers);
  }
  return blocked_status(teardown);
}

/// A person takes a while to answer: is the plan still the one that was shown?
std::vector<Blocker> changes_since(Context& context, const ClearOptions& clear,
                                   const std::vector<std::string>& knames,
                                   const Teardown& teardown) {
  const auto now = plan_teardown(discover_holders(context.host, knames), clear.teardown_options);
  if (now && !now->blockers.empty()) return now->blockers;
  if (now && now->steps == teardown.steps) return {};
  return {{"changed", knames.front(), "sysfs, /proc",
           "what stands on the devices is not what it was when the plan was shown",
           "look at the plan once more"}};
}

void show_plan(Context& context, const HolderGraph& graph, const Teardown& teardown,
               ShownFiles files) {
  context.out << render_holder_tree(graph, context.out_style, files) << render_plan(teardown.steps);
  if (!teardown.blockers.empty())
    context.err << "BLOCKED (nothing was changed):\n" << render_blockers(teardown.blockers);
}

ExitStatus clear_devices(Context& context, const ClearOptions& clear,
                         const std::vector<std::string>& knames) {
  std::unique_ptr<DeviceAccess::Lock> lock;
  if (!clear.dry_run && context.is_root && context.host.devices != nullptr) {
    lock = take_lock(context);
    if (lock == nullptr) return ExitStatus::busy;
  }
  const HolderGraph graph = discover_holders(context.host, knames);
  if (!clear.json) report(context, graph.findings, default_verbosity + 1);
  auto teardown = plan(context, clear, graph);
  if (!teardown) return ExitStatus::busy;
  if (teardown->steps.empty() && context.is_root && !context.on_paper)
    add_claims(context.host, graph, teardown->blockers);
  const bool stops = clear.dry_run || !teardown->blockers.empty() || teardown->steps.empty();
  if (clear.json && stops) {
    context.out << json_of_teardown(graph, *teardown, {}, blocked_word(*teardown));
  } else if (!clear.json) {
    show_plan(context, graph, *teardown, clear.teardown_options.files);
  }
  if (stops) return blocked_status(*teardown);
  if (!context.is_root) {
    context.err << "multipath clear-holders: only root can take this down\n";
    return ExitStatus::not_found;
  }
  // Held while the question stands: processes end, and their numbers are given again.
  std::vector<Blocker> closed;
  auto name_spaces = hold_name_spaces(graph, teardown->steps, context.host, closed);
  if (!closed.empty()) return blocked_late(context, clear, graph, *teardown, closed);
  if (!confirmed(context, clear, *teardown)) {
    context.err << "multipath clear-holders: declined, nothing was changed\n";
    return ExitStatus::declined;
  }
  auto locks = lock_disks(context, graph);
  if (!locks) return blocked_late(context, clear, graph, *teardown, {locks.error()});
  if (!clear.yes) {
    const auto changes = changes_since(context, clear, knames, *teardown);
    if (!changes.empty()) return blocked_late(context, clear, graph, *teardown, changes);
  }
  RunManner manner{.timeout = clear.timeout,
                   .json = clear.json,
                   .name_spaces = std::move(name_spaces),
                   .teardown_options = clear.teardown_options};
  return run_teardown(context, graph, *teardown, std::move(*locks), std::move(manner));
}

ExitStatus run(Context& context, const ClearOptions& options) {
  ClearOptions clear = options;
  if (clear.verbose) clear.teardown_options.files = ShownFiles::all;
  if (context.on_paper && !clear.check_only && !clear.dry_run) {
    context.err << "multipath clear-holders: a capture is not taken down: the steps are what the "
                   "host would get\n";
    clear.dry_run = true;
  }
  if (clear.start_deps) {
    const ExitStatus status = start_dependencies(context);
    if (status != ExitStatus::done || clear.words.empty()) return status;
  }
  const auto knames = find_holder_targets(context, clear.words);
  if (!knames) return ExitStatus::not_found;
  if (!clear.check_only) return clear_devices(context, clear, *knames);
  const HolderGraph graph = discover_holders(context.host, *knames);
  if (!clear.json) report(context, graph.findings, default_verbosity + 1);
  return check(context, clear, graph);
}

}  // namespace

std::unique_ptr<VerbCommand> clear_holders_verb() { return verb_command<ClearOptions>(run); }

}  // namespace multipath
