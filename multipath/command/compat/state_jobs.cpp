#include "multipath/command/compat/state_jobs.h"

#include <algorithm>
#include <ostream>

#include <fmt/format.h>

#include "multipath/claims/map_readiness.h"
#include "multipath/claims/path_verdict.h"
#include "multipath/command/show_config.h"
#include "multipath/command/usage_error.h"
#include "multipath/run/known_units.h"
#include "multipath/run/targets.h"
#include "multipath/view/text.h"

namespace multipath {
namespace {

/// What these letters work with.
struct StateRun {
  Context& context;
  const CompatOptions& letters;
  const Configuration& configuration;
  Verbosity verbosity;
};

const std::string& only_word(const StateRun& run) {
  if (run.letters.words.size() != 1) throw UsageError("one device is needed");
  return run.letters.words.front();
}

Wwid wwid_of_argument(const StateRun& run) {
  auto wwid = unit_named(run.context.host, run.configuration, only_word(run));
  if (!wwid) throw UsageError(wwid.error());
  return std::move(*wwid);
}

int add_wwid(const StateRun& run) {
  const Wwid wwid = wwid_of_argument(run);
  remember_unit(run.context.host, run.configuration, wwid);
  run.context.out << fmt::format("wwid '{}' added\n", wwid.text());
  return 0;
}

int remove_wwid(const StateRun& run) {
  const Wwid wwid = wwid_of_argument(run);
  const bool removed = forget_unit(run.context.host, run.configuration, wwid);
  run.context.out << fmt::format("wwid '{}' {}\n", wwid.text(),
                                 removed ? "removed" : "not in wwids file");
  return 0;
}

int reset_wwids(const StateRun& run) {
  keep_units_with_maps(run.context.host, run.configuration);
  run.context.out << "successfully reset wwids\n";
  return 0;
}

/// -c: the answer is status and text; -u: the text alone, so that udev's IMPORT takes it, and with "perhaps" the seconds after
/// which the rule takes it for a no. The packaged rules' own word for those is not used: their timer ends with a state file
/// that nobody keeps here.
int check_path(const StateRun& run) {
  const bool is_event = run.letters.job() == CompatOptions::Job::check_path_event;
  const bool at_boot = is_event && run.letters.at_boot;
  const std::string& word = only_word(run);
  if (!is_event && !names_device(word)) throw UsageError("-c requires a path to check");
  const auto target = find_target(run.context.host, word);
  if (!target || !target->number)
    throw UsageError(fmt::format("'{}' is not a valid argument", word));
  const JudgedPath judged = judge_path(
      run.context.host, run.configuration, *target->number,
      known_units(run.context.host, run.configuration), run.letters.ignore_wwids,
      is_event ? run.context.former_verdict : "", at_boot ? Asked::before_root : Asked::at_event);
  if (run.verbosity >= 3) {
    run.context.err << fmt::format("multipath: {}: {}\n", printable(word),
                                   printable(judged.reason));
  }
  run.context.out << fmt::format("DM_MULTIPATH_DEVICE_PATH=\"{}\"\n",
                                 static_cast<int>(judged.verdict));
  if (is_event && judged.verdict == PathVerdict::maybe)
    run.context.out << fmt::format("MULTIPATH_WAIT=\"{}\"\n", judged.wait.count());
  if (at_boot && judged.known) run.context.out << "MULTIPATH_KNOWN=\"1\"\n";
  return is_event || judged.verdict != PathVerdict::no ? 0 : 1;
}

int check_map(const StateRun& run) {
  const std::string& word = only_word(run);
  const auto target = find_target(run.context.host, word);
  if (!target) throw UsageError(fmt::format("'{}' is not a valid argument", word));
  std::vector<Finding> findings;
  const auto map = find_map(run.context.host.device_mapper, *target, findings);
  if (map && has_usable_path(run.context.host.sys, *map)) return 0;
  if (run.verbosity > 0) {
    run.context.err << (map ? fmt::format("{}: no usable paths found\n", printable(map->name))
                            : fmt::format("{} is not a multipath map\n", printable(word)));
  }
  return 1;
}

int show_configuration(const StateRun& run) {
  const bool all = run.letters.job() == CompatOptions::Job::show_config;
  print_configuration(
      run.context, run.configuration,
      run.letters.origin ? ConfigurationView::Origins::show : ConfigurationView::Origins::hide,
      all ? ShownHardware::all : ShownHardware::present);
  return 0;
}

}  // namespace

std::optional<int> run_state_job(Context& context, const CompatOptions& letters,
                                 const Configuration& configuration, Verbosity verbosity) {
  const StateRun run{context, letters, configuration, verbosity};
  switch (letters.job()) {
    case CompatOptions::Job::show_config:
    case CompatOptions::Job::show_present_config:
      return show_configuration(run);
    case CompatOptions::Job::add_wwid:
      return add_wwid(run);
    case CompatOptions::Job::remove_wwid:
      return remove_wwid(run);
    case CompatOptions::Job::reset_wwids:
      return reset_wwids(run);
    case CompatOptions::Job::check_path:
    case CompatOptions::Job::check_path_event:
      return check_path(run);
    case CompatOptions::Job::check_map:
    case CompatOptions::Job::check_map_event:
      return check_map(run);
    default:
      return std::nullopt;
  }
}

}  // namespace multipath
