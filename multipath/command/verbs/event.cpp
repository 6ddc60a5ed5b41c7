#include <algorithm>
#include <array>
#include <ostream>
#include <set>

#include <fmt/format.h>

#include "multipath/command/configuration.h"
#include "multipath/command/options.h"
#include "multipath/command/report.h"
#include "multipath/command/verbs.h"
#include "multipath/model/printable.h"
#include "multipath/run/event_run.h"
#include "multipath/view/plan_text.h"

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

void print_changes(Context& context, const std::vector<Outcome>& outcomes) {
  std::vector<Outcome> changes;
  std::ranges::copy_if(outcomes, std::back_inserter(changes), [](const Outcome& outcome) {
    return outcome.failed() || outcome.action.verb != Verb::nothing;
  });
  context.out << render_outcomes(changes);
}

ExitStatus look_after(Context& context, const EventOptions& event,
                      const std::set<DeviceNumber>& devices) {
  const auto configuration = load_configuration_or_report(context, "event", default_verbosity);
  if (!configuration) return ExitStatus::configuration_errors;
  const EventRun run =
      handle_events(context.host, *configuration, event.discovery_options(*configuration), devices,
                    notices_of(context));
  print_changes(context, run.outcomes);
  report(context, run.planned.findings, default_verbosity);
  for (const Restored& map : run.restored) report_restored(context, map);
  context.out.flush();
  return run.failures() == 0 ? ExitStatus::done : ExitStatus::partial_failure;
}

ExitStatus run(Context& context, const EventOptions& event) {
  const DeviceNumber device = event.device();
  ExitStatus status = ExitStatus::done;
  const auto handle = [&](const std::set<DeviceNumber>& devices) {
    const ExitStatus now = look_after(context, event, devices);
    if (now != ExitStatus::done) status = now;
  };
  take_turns(*context.host.events, device, handle);
  return status;
}

}  // namespace

std::unique_ptr<VerbCommand> event_verb() { return verb_command<EventOptions>(run); }

}  // namespace multipath
