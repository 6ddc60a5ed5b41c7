#include "multipath/command/compat/state_jobs.h"

#include <algorithm>
#include <ostream>
#include <system_error>

#include <fmt/format.h>

#include "multipath/claims/map_readiness.h"
#include "multipath/claims/path_verdict.h"
#include "multipath/command/show_config.h"
#include "multipath/command/usage_error.h"
#include "multipath/config/wwids_file.h"
#include "multipath/host/current_maps.h"
#include "multipath/run/named_map.h"
#include "multipath/run/target.h"
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

StateFiles& state_files(Context& context) {
  if (context.host.state_files == nullptr)
    throw UsageError("this host has no files to keep state in");
  return *context.host.state_files;
}

const std::string& only_word(const StateRun& run) {
  if (run.letters.words.size() != 1) throw UsageError("one device is needed");
  return run.letters.words.front();
}

/// The WWID that an argument means: a device's, a map's, or the word itself.
Wwid wwid_of_argument(const StateRun& run) {
  const std::string& word = only_word(run);
  const auto target = find_target(run.context.host, word);
  if (!target) throw UsageError(fmt::format("'{}' is not a valid argument", word));
  if (target->number) {
    const auto path = recall_path(run.context.host, run.configuration, *target->number);
    if (path && path->wwid) return *path->wwid;
    if (path) throw UsageError(fmt::format("{} has no WWID: {}", word, path->trouble));
  }
  std::vector<Finding> findings;
  try {
    const auto map = find_map(run.context.host.device_mapper, *target, findings);
    if (const auto wwid = map ? wwid_of_map_uuid(map->uuid) : std::nullopt) return *wwid;
  } catch (const std::system_error&) {
    // Without device-mapper there are no maps, but the word may still be a WWID.
  }
  const auto wwid = names_device(word) ? std::nullopt : Wwid::from_text(word);
  if (!wwid) throw UsageError(fmt::format("'{}' is not a valid argument", word));
  return *wwid;
}

int add_wwid(const StateRun& run) {
  const Wwid wwid = wwid_of_argument(run);
  state_files(run.context)
      .update(run.configuration.globals().wwids_file.value,
              [&](const std::string& text) { return std::optional(with_wwid(text, wwid.text())); });
  run.context.out << fmt::format("wwid '{}' added\n", wwid.text());
  return 0;
}

int remove_wwid(const StateRun& run) {
  const Wwid wwid = wwid_of_argument(run);
  const bool removed =
      state_files(run.context)
          .update(run.configuration.globals().wwids_file.value,
                  [&](const std::string& text) { return without_wwid(text, wwid.text()); });
  run.context.out << fmt::format("wwid '{}' {}\n", wwid.text(),
                                 removed ? "removed" : "not in wwids file");
  return 0;
}

int reset_wwids(const StateRun& run) {
  std::vector<Finding> findings;
  std::vector<std::string> wwids;
  for (const CurrentMap& map : read_maps(run.context.host.device_mapper, findings)) {
    if (const auto wwid = wwid_of_map_uuid(map.uuid)) wwids.push_back(wwid->text());
  }
  state_files(run.context)
      .update(run.configuration.globals().wwids_file.value,
              [&](const std::string&) { return std::optional(wwids_text(wwids)); });
  run.context.out << "successfully reset wwids\n";
  return 0;
}

std::set<Wwid> known_units(const StateRun& run) {
  std::set<Wwid> known;
  if (run.context.host.state_files == nullptr) return known;
  const auto text =
      run.context.host.state_files->read(run.configuration.globals().wwids_file.value);
  for (const std::string& word : wwids_in(text.value_or(""))) {
    if (auto wwid = Wwid::from_text(word)) known.insert(std::move(*wwid));
  }
  return known;
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
  const JudgedPath judged =
      judge_path(run.context.host, run.configuration, *target->number, known_units(run),
                 run.letters.ignore_wwids, is_event ? run.context.former_verdict : "",
                 at_boot ? Asked::before_root : Asked::at_event);
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
