#include "multipath/run/apply_run.h"

#include <set>
#include <system_error>

#include "multipath/config/bindings_file.h"
#include "multipath/config/wwids_file.h"
#include "multipath/run/reannounce.h"

namespace multipath {
namespace {

/// Remembers every unit that has a map, to be claimed at the next boot. Maps that exist already
/// count: a run that was killed may have created one and not remembered it.
void remember_units(StateFiles& files, const std::vector<Outcome>& outcomes,
                    const std::string& file, const Notices& notices) {
  try {
    const std::vector<std::string> known = wwids_in(files.read(file).value_or(""));
    const std::set<std::string> remembered(known.begin(), known.end());
    std::vector<std::string> units;
    for (const Outcome& outcome : outcomes) {
      const Action& action = outcome.action;
      const bool has_map = action.current || action.verb == Verb::create;
      const std::string& wwid = action.desired.wwid.text();
      if (has_map && !outcome.failed() && !remembered.contains(wwid)) units.push_back(wwid);
    }
    if (units.empty()) return;
    files.update(file,
                 [&](const std::string& text) { return std::optional(with_wwids(text, units)); });
  } catch (const std::system_error& error) {
    // The maps exist; a forgotten unit matters at the next boot only.
    notices.report({Finding::Severity::error, "", error.what()});
  }
}

}  // namespace

std::vector<Outcome> apply_planned(Host& host, const PlanRun& planned,
                                   const Configuration& configuration, const Notices& notices,
                                   dm::WaitForUdev wait) {
  StateFiles& files = *host.state_files;
  const GlobalSettings& globals = configuration.globals();
  if (!planned.new_bindings.empty()) {
    files.update(globals.bindings_file.value, [&](const std::string& text) {
      return std::optional(with_bindings(text, planned.new_bindings));
    });
  }
  std::vector<Outcome> outcomes =
      apply(planned.plan, host.device_mapper, notices.progress,
            {.sys = host.sys, .sys_writer = *host.sys_writer, .wait = wait});
  claim_late(host, outcomes, notices);
  announce_late_partitions(host, outcomes, notices);
  remember_units(files, outcomes, globals.wwids_file.value, notices);
  return outcomes;
}

}  // namespace multipath
