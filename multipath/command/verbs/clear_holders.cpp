#include <algorithm>
#include <array>
#include <ctime>
#include <istream>
#include <iterator>
#include <ostream>
#include <system_error>

#include <fmt/format.h>
#include <signal.h>

#include "multipath/command/configuration.h"
#include "multipath/command/options.h"
#include "multipath/command/report.h"
#include "multipath/command/shared_options.h"
#include "multipath/command/verbs.h"
#include "multipath/model/printable.h"
#include "multipath/model/shell_text.h"
#include "multipath/run/start_dependencies.h"
#include "multipath/run/teardown_run.h"
#include "multipath/teardown/blockers.h"
#include "multipath/teardown/execute_name_spaces.h"
#include "multipath/view/holder_plan.h"
#include "multipath/view/holder_tree.h"
#include "multipath/view/json_holders.h"
#include "multipath/view/plan_text.h"

namespace multipath {
namespace {

constexpr const char* default_backup = "/var/lib/multipath/signatures";

struct ClearOptions : SharedOptions {
  bool dry_run = false;
  bool check_only = false;
  bool start_deps = false;
  bool yes = false;
  bool yes_wipe = false;
  bool has_backup = false;
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
            "force-protected", "DEVICE",
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
    if (dry_run && check_only) throw UsageError("--dry-run and --check cannot be combined");
    if (yes_wipe && !teardown_options.wipe) throw UsageError("--yes-wipe requires --wipe");
    if (has_backup && !teardown_options.wipe) throw UsageError("--wipe-backup requires --wipe");
    if (words.empty() && !start_deps) throw UsageError("missing argument; expected DEVICE|MAP...");
  }

  Requirements requirements() const { return {.root = start_deps, .live_host = start_deps}; }

  void set_backup(const std::string& text) {
    if (!text.starts_with('/')) throw UsageError("--wipe-backup takes an absolute path");
    teardown_options.wipe_backup = text;
    has_backup = true;
  }
};

TeardownRights rights_of(const Context& context) {
  return {.is_root = context.is_root, .on_paper = context.on_paper};
}

/// The command that was checked for, without --check, and with a further option.
std::string command_with(const ClearOptions& clear, std::string_view option) {
  std::vector<std::string> words{"multipath", "clear-holders"};
  const TeardownOptions& given = clear.teardown_options;
  const auto add = [&](std::string_view name, bool is_given) {
    if (is_given || name == option) words.emplace_back(name);
  };
  add("--umount", given.unmount);
  add("--umount-ns", given.unmount_elsewhere);
  add("--swapoff", given.swap_off);
  add("--wipe", given.wipe);
  add("--keep-maps", given.keep_maps);
  add("--allow-collateral", given.allow_collateral);
  for (const std::string& kname : given.force_protected)
    words.push_back("--force-protected=" + kname);
  std::ranges::copy(clear.words, std::back_inserter(words));
  return pasteable(shell_line(words));
}

/// --check runs no step: where an option or this program's own run is the remedy, the whole command
/// is.
std::vector<Blocker> with_commands(std::vector<Blocker> blockers, const ClearOptions& clear) {
  constexpr std::array options{"--umount", "--umount-ns", "--swapoff", "--allow-collateral"};
  constexpr std::string_view separator = ", or ";
  for (Blocker& blocker : blockers) {
    std::string text;
    for (std::string_view rest = blocker.remedy; !rest.empty();) {
      const std::size_t end = std::min(rest.find(separator), rest.size());
      const std::string_view part = rest.substr(0, end);
      const bool is_option = std::ranges::find(options, part) != options.end();
      text += text.empty() ? "" : separator;
      text += is_option || part == "multipath clear-holders" ? command_with(clear, part)
                                                             : std::string(part);
      rest.remove_prefix(std::min(end + separator.size(), rest.size()));
    }
    blocker.remedy = std::move(text);
  }
  return blockers;
}

ExitStatus check(Context& context, const ClearOptions& clear,
                 const std::vector<std::string>& knames) {
  const ShownFiles files = clear.teardown_options.files;
  const ClearCheck checked = check_clear(context.host, knames, files, rights_of(context));
  const std::vector<Blocker> blockers = with_commands(checked.blockers, clear);
  if (!clear.json) report(context, checked.graph.findings, Verbosity::everything);
  if (clear.json) {
    context.out << json_of_teardown(checked.graph, {{}, blockers}, {},
                                    blockers.empty() ? "clear" : "not clear");
  } else if (!blockers.empty()) {
    context.out << render_holder_tree(checked.graph, context.out_style, files);
    context.err << fmt::format("not clear:\n{}", render_blockers(blockers));
  }
  return blockers.empty() ? ExitStatus::done : ExitStatus::busy;
}

/// Asks and waits for a line; only `expected` means yes.
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

ExitStatus blocked_status(const Teardown& teardown) {
  if (is_protected(teardown.blockers)) return ExitStatus::protected_stack;
  return teardown.blockers.empty() ? ExitStatus::done : ExitStatus::busy;
}

std::string_view blocked_word(const Teardown& teardown) {
  if (is_protected(teardown.blockers)) return "protected";
  if (!teardown.blockers.empty()) return "blocked";
  return teardown.steps.empty() ? "clear" : "planned";
}

/// Reports what blocks the plan since it was shown: a lock, or a change.
ExitStatus blocked_late(Context& context, const ClearOptions& clear, const TeardownPlan& plan,
                        const std::vector<Blocker>& blockers) {
  const Teardown teardown{plan.teardown.steps, blockers};
  if (clear.json) {
    context.out << json_of_teardown(plan.graph, teardown, {}, blocked_word(teardown));
  } else {
    context.err << "BLOCKED (nothing was changed):\n" << render_blockers(blockers);
  }
  return blocked_status(teardown);
}

void show_plan(Context& context, const HolderGraph& graph, const Teardown& teardown,
               ShownFiles files) {
  context.out << render_holder_tree(graph, context.out_style, files) << render_plan(teardown.steps);
  if (!teardown.blockers.empty())
    context.err << "BLOCKED (nothing was changed):\n" << render_blockers(teardown.blockers);
}

/// What a host would run; a captured host is not taken down.
std::vector<std::string> commands_of(const std::vector<Step>& steps) {
  std::vector<std::string> commands;
  for (const Step& step : steps) commands.push_back(render_command(step));
  return commands;
}

ExitStatus status_of(TeardownEnd end) {
  switch (end) {
    case TeardownEnd::clear:
      return ExitStatus::done;
    case TeardownEnd::timed_out:
      return ExitStatus::timed_out;
    case TeardownEnd::came_back:
      return ExitStatus::came_back;
    case TeardownEnd::still_in_use:
    case TeardownEnd::failed:
      break;
  }
  return ExitStatus::partial_failure;
}

/// The word of the JSON.
std::string_view word_for(TeardownEnd end) {
  switch (end) {
    case TeardownEnd::clear:
      return "clear";
    case TeardownEnd::timed_out:
      return "timed out";
    case TeardownEnd::came_back:
      return "came back";
    case TeardownEnd::still_in_use:
      return "still in use";
    case TeardownEnd::failed:
      break;
  }
  return "partial failure";
}

/// What was done, what is left, and how to bring back what was done.
void show_result(Context& context, const TeardownRun& run) {
  const TeardownResult& result = run.result;
  std::vector<Step> done;
  std::string remaining;
  for (std::size_t i = 0; i < result.outcomes.size(); ++i) {
    const StepOutcome& outcome = result.outcomes[i];
    const bool gone = outcome.state == StepState::done || outcome.state == StepState::already_gone;
    if (outcome.state == StepState::done) done.push_back(outcome.step);
    if (!gone) remaining += "  " + render_command(outcome.step) + "\n";
    if (!outcome.error.empty())
      context.err << fmt::format("multipath clear-holders: {}: {}\n", render_command(outcome.step),
                                 printable(outcome.error));
    const auto blockers = run.in_the_way.find(i);
    if (blockers != run.in_the_way.end() && !blockers->second.empty())
      context.err << "in the way now:\n" << render_blockers(blockers->second);
  }
  if (result.interrupted) context.err << "multipath clear-holders: interrupted between two steps\n";
  for (const std::string& text : result.came_back)
    context.err << fmt::format("multipath clear-holders: {}\n", printable(text));
  if (!result.succeeded() && !remaining.empty()) context.err << "not done:\n" << remaining;
  if (!run.left.empty())
    context.err << "all steps were done, and the devices are still in use:\n"
                << render_blockers(run.left);
  if (run.end == TeardownEnd::clear)
    context.err << fmt::format("done: {} of {} steps, and nothing came back\n",
                               result.outcomes.size(), result.outcomes.size());
  if (done.empty()) return;
  context.out << "to bring back what was taken down:\n" << render_undo(done);
}

void show_progress(Context& context, std::size_t number, std::size_t count, const Step& step,
                   const std::string& waiting) {
  if (waiting.empty()) {
    context.err << fmt::format("[{}/{}] {}\n", number, count, render_command(step));
  } else {
    context.err << fmt::format("[{}/{}]   waiting {}\n", number, count, printable(waiting));
  }
}

sigset_t ending_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGHUP);
  return set;
}

/// While it lives, Ctrl-C, SIGTERM and SIGHUP are only noted, so that a step that was begun is
/// finished. Programs that are started receive these signals as usual.
class Interruption {
 public:
  Interruption() {
    const sigset_t set = ending_signals();
    pthread_sigmask(SIG_BLOCK, &set, &former_);
  }
  ~Interruption() { pthread_sigmask(SIG_SETMASK, &former_, nullptr); }
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

  /// Has such a signal come?
  bool requested() {
    const sigset_t set = ending_signals();
    const timespec now{};
    if (sigtimedwait(&set, nullptr, &now) > 0) requested_ = true;
    return requested_;
  }

 private:
  sigset_t former_{};
  bool requested_ = false;
};

ExitStatus carry_out(Context& context, const ClearOptions& clear, const TeardownPlan& plan,
                     DiskLocks locks, OpenNameSpaces name_spaces) {
  Interruption interruption;
  TeardownManner manner{.timeout = clear.timeout,
                        .name_spaces = std::move(name_spaces),
                        .teardown_options = clear.teardown_options};
  manner.interrupted = [&] { return interruption.requested(); };
  manner.progress = [&](std::size_t number, std::size_t count, const Step& step,
                        const std::string& waiting) {
    show_progress(context, number, count, step, waiting);
  };
  const TeardownRun run = run_teardown(context.host, plan, std::move(locks), std::move(manner));
  if (clear.json) {
    context.out << json_of_teardown(plan.graph, {plan.teardown.steps, run.left},
                                    run.result.outcomes, word_for(run.end));
  } else {
    show_result(context, run);
  }
  return status_of(run.end);
}

/// Asks, locks, and carries out a plan that nothing blocks.
ExitStatus take_down(Context& context, const ClearOptions& clear,
                     const std::vector<std::string>& knames, const TeardownPlan& plan) {
  const std::vector<Step>& steps = plan.teardown.steps;
  // Held while the question is open: a process may end and its number be reused.
  std::vector<Blocker> closed;
  auto name_spaces = open_name_spaces(plan.graph, steps, context.host, closed);
  if (!closed.empty()) return blocked_late(context, clear, plan, closed);
  if (!confirmed(context, clear, plan.teardown)) {
    context.err << "multipath clear-holders: declined, nothing was changed\n";
    if (clear.json) context.out << json_of_teardown(plan.graph, plan.teardown, {}, "declined");
    return ExitStatus::declined;
  }
  auto locks = lock_disks(context.host, plan.graph, notices_of(context));
  if (!locks) return blocked_late(context, clear, plan, {locks.error()});
  if (!clear.yes) {
    const auto changes = changes_since(context.host, knames, clear.teardown_options, plan.teardown);
    if (!changes.empty()) return blocked_late(context, clear, plan, changes);
  }
  return carry_out(context, clear, plan, std::move(*locks), std::move(name_spaces));
}

ExitStatus clear_devices(Context& context, const ClearOptions& clear,
                         const std::vector<std::string>& knames) {
  const TeardownRights rights = rights_of(context);
  const bool takes_down = !clear.dry_run && !context.on_paper && context.is_root;
  std::unique_ptr<DeviceAccess::Lock> lock;
  if (takes_down) {
    auto taken = lock_teardown(context.host);
    if (!taken) {
      const Finding locked{
          Finding::Severity::error, "clear-holders",
          fmt::format("another run is at work: {} (lock file {}); wait until it ends",
                      taken.error(), teardown_lock_path)};
      return report_failure(context, clear, std::array{locked}, ExitStatus::busy);
    }
    lock = std::move(*taken);
  }
  const auto plan = takes_down
                        ? plan_teardown_after_locks(context.host, knames, clear.teardown_options,
                                                    rights, notices_of(context))
                        : plan_teardown_of(context.host, knames, clear.teardown_options, rights);
  if (!plan) {
    const Finding failure{Finding::Severity::error, "clear-holders", to_string(plan.error())};
    return report_failure(context, clear, std::array{failure}, ExitStatus::busy);
  }
  const Teardown& teardown = plan->teardown;
  if (!clear.json) report(context, plan->graph.findings, Verbosity::everything);
  const bool stops =
      clear.dry_run || context.on_paper || !teardown.blockers.empty() || teardown.steps.empty();
  if (clear.json && stops) {
    context.out << json_of_teardown(plan->graph, teardown, {}, blocked_word(teardown));
  } else if (!clear.json) {
    show_plan(context, plan->graph, teardown, clear.teardown_options.files);
  }
  if (stops) {
    if (context.on_paper && !clear.dry_run && teardown.blockers.empty())
      context.err << render_would(commands_of(teardown.steps));
    return blocked_status(teardown);
  }
  if (!context.is_root) {
    context.err << "multipath clear-holders: requires root privilege\n";
    return ExitStatus::no_privilege;
  }
  return take_down(context, clear, knames, *plan);
}

/// --start-deps. Nothing of it is data: it goes to stderr.
void start(Context& context, const ClearOptions& clear) {
  const Notices notices = notices_of(context);
  notices.report({Finding::Severity::note, "", "started: multipath apply"});
  try {
    if (const auto configuration =
            load_configuration_or_report(context, "apply", default_verbosity)) {
      const MadeMaps made =
          make_maps(context.host, *configuration, clear.discovery_options(*configuration), notices);
      context.err << render_outcomes(made.outcomes);
      report(context, made.planned.findings, default_verbosity);
    }
  } catch (const std::system_error& error) {
    context.err << fmt::format("multipath apply: {}\n", printable(error.what()));
  }
  activate_stacks(context.host, notices);
}

ExitStatus run(Context& context, const ClearOptions& options) {
  ClearOptions clear = options;
  if (clear.verbose) clear.teardown_options.files = ShownFiles::all;
  if (context.on_paper && !clear.check_only && !clear.dry_run) {
    context.err << "multipath clear-holders: a captured host is not changed; lines with `would:` "
                   "list what the host would run\n";
  }
  if (clear.start_deps) {
    start(context, clear);
    if (clear.words.empty()) return ExitStatus::done;
  }
  const auto knames = find_knames(context, clear, clear.words);
  if (!knames) return ExitStatus::not_found;
  std::set<std::string>& forced = clear.teardown_options.force_protected;
  const auto forced_knames = find_knames(context, clear, {forced.begin(), forced.end()});
  if (!forced_knames) return ExitStatus::not_found;
  forced = {forced_knames->begin(), forced_knames->end()};
  return clear.check_only ? check(context, clear, *knames) : clear_devices(context, clear, *knames);
}

}  // namespace

std::unique_ptr<VerbCommand> clear_holders_verb() { return verb_command<ClearOptions>(run); }

}  // namespace multipath
