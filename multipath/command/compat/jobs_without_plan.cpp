#include "multipath/command/compat/jobs_without_plan.h"

#include <algorithm>
#include <ostream>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "multipath/command/configuration.h"
#include "multipath/command/options.h"
#include "multipath/command/udev_answers.h"
#include "multipath/run/known_units.h"
#include "multipath/run/targets.h"
#include "multipath/view/json_results.h"
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

/// Prints the packaged tool's text, or with --json what became of each unit.
int print(const SmallJob& job, const std::vector<WwidRecord>& wwids, const std::string& text) {
  job.context.out << (job.compat.json ? json_of_wwids(wwids) : text + "\n");
  return 0;
}

int add_wwid(const SmallJob& job) {
  const Wwid wwid = wwid_of_argument(job);
  remember_unit(job.context.host, job.configuration, wwid);
  return print(job, {{wwid.text(), "added"}}, fmt::format("wwid '{}' added", wwid.text()));
}

int remove_wwid(const SmallJob& job) {
  const Wwid wwid = wwid_of_argument(job);
  const bool removed = forget_unit(job.context.host, job.configuration, wwid);
  return print(job, {{wwid.text(), removed ? "removed" : "not listed"}},
               fmt::format("wwid '{}' {}", wwid.text(), removed ? "removed" : "not in wwids file"));
}

int reset_wwids(const SmallJob& job) {
  std::vector<WwidRecord> kept;
  for (std::string& wwid : keep_units_with_maps(job.context.host, job.configuration))
    kept.push_back({std::move(wwid), "kept"});
  return print(job, kept, "successfully reset wwids");
}

int print(const SmallJob& job, const Answer& answer) {
  job.context.err << answer.err;
  job.context.out << answer.out;
  return answer.status;
}

int check_path(const SmallJob& job) {
  const bool is_event = job.compat.job() == CompatOptions::Job::check_path_event;
  const std::string& word = only_word(job);
  if (!is_event && !names_device(word)) {
    const auto target = find_target(job.context.host, word);
    throw UsageError(fmt::format(
        "-c requires the path of a device node, not '{}'{}", word,
        target && target->number ? fmt::format("; try `multipath -c /dev/{}`", word) : ""));
  }
  return print(job, answer_path(job.context.host, job.configuration,
                                {.word = word,
                                 .is_event = is_event,
                                 .every_unit = job.compat.ignore_wwids,
                                 .before_root = job.compat.at_boot,
                                 .former_verdict = job.context.former_verdict,
                                 .verbosity = job.verbosity}));
}

int check_map(const SmallJob& job) {
  return print(job, answer_map(job.context.host, only_word(job), job.verbosity));
}

int show_configuration(const SmallJob& job) {
  const bool all = job.compat.job() == CompatOptions::Job::show_config;
  if (job.compat.json) {
    print_configuration_json(job.context, job.configuration,
                             all ? ShownHardware::all : ShownHardware::present);
    return 0;
  }
  print_configuration(
      job.context, job.configuration,
      job.compat.origin ? ConfigurationView::Origins::show : ConfigurationView::Origins::hide,
      all ? ShownHardware::all : ShownHardware::present);
  return 0;
}

}  // namespace

std::optional<int> run_job_without_plan(Context& context, const CompatOptions& compat,
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
