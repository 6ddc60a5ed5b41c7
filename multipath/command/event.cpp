#include <algorithm>
#include <array>
#include <ostream>
#include <set>

#include <fmt/format.h>

#include "multipath/command/report.h"
#include "multipath/command/usage_error.h"
#include "multipath/command/verbs.h"
#include "multipath/host/event_spool.h"
#include "multipath/run/jobs.h"
#include "multipath/run/load_configuration.h"
#include "multipath/run/restore_paths.h"
#include "multipath/view/plan_text.h"
#include "multipath/view/text.h"

namespace multipath {
namespace {

constexpr std::array<std::string_view, 3> event_actions{"add", "change", "remove"};

struct EventOptions : SharedOptions {
  void declare(Options& options) { declare_questions(options); }

  void check() const { device(); }

  DeviceNumber device() const {
    if (std::ranges::find(event_actions, words.front()) == event_actions.end()) {
      throw UsageError(
          fmt::format("'{}' is not an event; expected add, change or remove", words.front()));
    }
    const auto number = parse_device_number(words.back());
    if (!number) throw UsageError(fmt::format("'{}' is not MAJOR:MINOR", words.back()));
    return *number;
  }
};

void tell(Context& context, const std::vector<Outcome>& outcomes) {
  std::vector<Outcome> told;
  std::ranges::copy_if(outcomes, std::back_inserter(told), [](const Outcome& outcome) {
    return outcome.failed() || outcome.action.verb != Verb::nothing;
  });
  context.out << render_outcomes(told);
}

/// The map, when it keeps its table: one that was loaded anew has all its paths in use.
std::optional<CurrentMap> unloaded(const Outcome& outcome) {
  const Action& action = outcome.action;
  if (outcome.failed() || (action.verb != Verb::nothing && action.verb != Verb::rename))
    return std::nullopt;
  auto map = action.current;
  if (map) map->name = action.verb == Verb::rename ? action.desired.name : map->name;
  return map;
}

/// What a whole run does, for the units of these devices. A map that is made here may queue: whoever
/// has events handled has paths brought back.
ExitStatus look_after(Context& context, const EventOptions& event,
                      const std::set<DeviceNumber>& devices) {
  const auto configuration = load_configuration_or_tell(context, "event", default_verbosity);
  if (!configuration) return ExitStatus::usage;
  const PlanningOptions planning_options = make_planning_options(
      context, *configuration, {.policy = std::nullopt, .queueing_is_known = true});
  const PlanRun planned =
      plan_units_of(context, devices, planning_options, event.discovery_options(*configuration));
  const auto outcomes = apply_planned(context, planned, *configuration, dm::WaitForUdev::no);
  tell(context, outcomes);
  report(context, planned.findings, default_verbosity);
  std::size_t failures = 0;
  for (const Outcome& outcome : outcomes) {
    if (outcome.failed()) ++failures;
    if (const auto map = unloaded(outcome))
      failures += restore_paths(context, *configuration, *map, planned.paths).failures;
  }
  context.out.flush();
  return failures == 0 ? ExitStatus::done : ExitStatus::partial_failure;
}

/// Hands the device in; then, unless another process is at it, looks after all that wait.
ExitStatus take_turns(Context& context, EventSpool& spool, const EventOptions& event,
                      DeviceNumber device) {
  spool.hand_in(device);
  ExitStatus status = ExitStatus::done;
  // Who hands a device in and finds the turn taken goes away. So whoever gives the turn back looks
  // once more: either it sees that device, or the other one gets the turn.
  while (!spool.waiting().empty()) {
    const auto turn = spool.take_turn();
    if (turn == nullptr) break;
    const auto entries = spool.waiting();
    std::set<DeviceNumber> devices;
    for (const EventSpool::Entry& entry : entries) devices.insert(entry.device);
    if (devices.empty()) continue;
    const ExitStatus now = look_after(context, event, devices);
    if (now != ExitStatus::done) status = now;
    spool.done(entries);
  }
  return status;
}

ExitStatus run(Context& context, const EventOptions& event) {
  const DeviceNumber device = event.device();
  return context.host.events == nullptr ? look_after(context, event, {device})
                                        : take_turns(context, *context.host.events, event, device);
}

}  // namespace

std::unique_ptr<VerbCommand> event_verb() { return verb_command<EventOptions>(run); }

}  // namespace multipath
