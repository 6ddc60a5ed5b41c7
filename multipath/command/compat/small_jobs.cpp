#include "multipath/command/compat/small_jobs.h"

#include <algorithm>
#include <ostream>

#include <fmt/format.h>

#include "multipath/claims/map_readiness.h"
#include "multipath/claims/path_verdict.h"
#include "multipath/command/configuration.h"
#include "multipath/command/options.h"
#include "multipath/run/known_units.h"
#include "multipath/run/targets.h"
#include "multipath/view/text.h"

namespace multipath {
namespace {

struct SmallJob {
  Context& context;
  const CompatOptions& compat;
  const Configuration& configuration;
  Verbosity verbosity;
};

/// CompatOptions::check() requires exactly one.
const std::string& only_word(const SmallJob& job) { return job.compat.words.at(0); }

Wwid wwid_of_argument(const SmallJob& job) {
  auto wwid = unit_named(job.context.host, job.configuration, only_word(job));
  if (!wwid) throw UsageError(wwid.error());
  return std::move(*wwid);
}

int add_wwid(const SmallJob& job) {
  const Wwid wwid = wwid_of_argument(job);
  remember_unit(job.context.host, job.configuration, wwid);
  job.context.out << fmt::format("wwid '{}' added\n", wwid.text());
  return 0;
}

int remove_wwid(const SmallJob& job) {
  const Wwid wwid = wwid_of_argument(job);
  const bool removed = forget_unit(job.context.host, job.configuration, wwid);
  job.context.out << fmt::format("wwid '{}' {}\n", wwid.text(),
                                 removed ? "removed" : "not in wwids file");
  return 0;
}

int reset_wwids(const SmallJob& job) {
  keep_units_with_maps(job.context.host, job.configuration);
  job.context.out << "successfully reset wwids\n";
  return 0;
}

/// -c answers by status and text, -u by text alone, so that udev's IMPORT takes it; "maybe" comes
/// with the seconds after which the rule takes it for "no". The packaged tool's own property for
/// this is not printed: its rules' timer ends with a state file that is not kept here.
int check_path(const SmallJob& job) {
  const bool is_event = job.compat.job() == CompatOptions::Job::check_path_event;
  const bool at_boot = is_event && job.compat.at_boot;
  const std::string& word = only_word(job);
  if (!is_event && !names_device(word))
    throw UsageError(
        fmt::format("-c requires the path of a device node, not '{}'; try /dev/{}", word, word));
  const auto target = find_target(job.context.host, word);
  if (!target || !target->number)
    throw UsageError(fmt::format("'{}' is not a valid argument", word));
  const JudgedPath judged = judge_path(
      job.context.host, job.configuration, *target->number,
      known_units(job.context.host, job.configuration), job.compat.ignore_wwids,
      is_event ? job.context.former_verdict : "", at_boot ? Asked::before_root : Asked::at_event);
  if (job.verbosity == Verbosity::everything) {
    job.context.err << fmt::format("multipath: {}: {}\n", printable(word),
                                   printable(judged.reason));
  }
  job.context.out << fmt::format("DM_MULTIPATH_DEVICE_PATH=\"{}\"\n",
                                 static_cast<int>(judged.verdict));
  if (is_event && judged.verdict == PathVerdict::maybe)
    job.context.out << fmt::format("MULTIPATH_WAIT=\"{}\"\n", judged.wait.count());
  if (at_boot && judged.known) job.context.out << "MULTIPATH_KNOWN=\"1\"\n";
  return is_event || judged.verdict != PathVerdict::no ? 0 : 1;
}

int check_map(const SmallJob& job) {
  const std::string& word = only_word(job);
  const auto target = find_target(job.context.host, word);
  if (!target) throw UsageError(fmt::format("'{}' is not a valid argument", word));
  std::vector<Finding> findings;
  const auto map = find_map(job.context.host.device_mapper, *target, findings);
  if (map && has_usable_path(job.context.host.sys, *map)) return 0;
  if (job.verbosity > Verbosity::errors) {
    job.context.err << (map ? fmt::format("multipath: {}: no usable paths found\n",
                                          printable(map->name))
                            : fmt::format("multipath: {}: not a multipath map\n", printable(word)));
  }
  return 1;
}

int show_configuration(const SmallJob& job) {
  const bool all = job.compat.job() == CompatOptions::Job::show_config;
  print_configuration(
      job.context, job.configuration,
      job.compat.origin ? ConfigurationView::Origins::show : ConfigurationView::Origins::hide,
      all ? ShownHardware::all : ShownHardware::present);
  return 0;
}

}  // namespace

std::optional<int> run_small_job(Context& context, const CompatOptions& compat,
                                 const Configuration& configuration, Verbosity verbosity) {
  const SmallJob job{context, compat, configuration, verbosity};
  switch (compat.job()) {
    case CompatOptions::Job::show_config:
    case CompatOptions::Job::show_present_config:
      return show_configuration(job);
    case CompatOptions::Job::add_wwid:
      return add_wwid(job);
    case CompatOptions::Job::remove_wwid:
      return remove_wwid(job);
    case CompatOptions::Job::reset_wwids:
      return reset_wwids(job);
    case CompatOptions::Job::check_path:
    case CompatOptions::Job::check_path_event:
      return check_path(job);
    case CompatOptions::Job::check_map:
    case CompatOptions::Job::check_map_event:
      return check_map(job);
    default:
      return std::nullopt;
  }
}

}  // namespace multipath
