#include "multipath/command/letters.h"

#include <algorithm>
#include <functional>
#include <ostream>
#include <system_error>

#include <fmt/format.h>

#include "multipath/command/jobs.h"
#include "multipath/command/options.h"
#include "multipath/command/report.h"
#include "multipath/command/usage_error.h"
#include "multipath/command/values.h"
#include "multipath/command/verbs.h"
#include "multipath/view/json.h"
#include "multipath/view/path_list_text.h"
#include "multipath/view/text.h"
#include "multipath/view/topology_text.h"
#include "version.h"

namespace multipath {
namespace {

enum class Job : std::uint8_t { create, list, flush, flush_all };

/// What the letters ask for.
struct Letters {
  Verbosity verbosity = default_verbosity;
  bool dry_run = false;
  bool list = false;
  bool list_long = false;
  bool flush = false;
  bool flush_all = false;
  bool reload = false;
  bool json = false;
  bool help = false;
  bool long_help = false;
  bool version = false;
  bool allow_unlisted = false;
  bool ignore_wwids = false;
  bool queueing_allowed = false;
  bool bindings_read_only = false;
  int flush_retries = 0;
  PathGroupingPolicy policy = PathGroupingPolicy::failover;
  std::chrono::milliseconds deadline = Questions{}.deadline;
  std::vector<std::string> words;

  Job job() const {
    if (list || list_long) return Job::list;
    if (flush) return Job::flush;
    return flush_all ? Job::flush_all : Job::create;
  }
  Questions questions() const {
    return {allow_unlisted ? Unlisted::allow : Unlisted::refuse, deadline};
  }
};

Options declare(Letters& letters) {
  Options options;
  options.flag(",h", letters.help, "this help, on stderr")
      .flag("help", letters.long_help, "this help")
      .flag("version", letters.version, "name and version")
      .value(
          ",v", "LEVEL",
          [&](const std::string& text) { letters.verbosity = parse_verbosity(text); },
          "0 nothing, 1 names, 2 maps (default), 3 also the paths and each decision")
      .flag(",d", letters.dry_run,
            "dry run: say what would be done to each map, and why; change nothing")
      .flag("_list,l", letters.list, "")
      .flag("_list_long", letters.list_long, "")
      .flag(",f", letters.flush, "flush the map given as argument, if unused")
      .flag(",F", letters.flush_all, "flush all maps that are unused")
      .flag(",r", letters.reload, "reload maps even if they are right")
      .value(
          ",p", "POLICY", [&](const std::string& text) { letters.policy = parse_policy(text); },
          "path grouping: failover (default) or multibus")
      .flag(",i", letters.ignore_wwids, "make a map for a single path, too")
      .value(
          ",R", "N", [&](const std::string& text) { letters.flush_retries = parse_count(text); },
          "retry a flush of a map in use N times, a second apart")
      .flag(",q", letters.queueing_allowed, "accepted: queueing is never switched off here")
      .flag(",B", letters.bindings_read_only, "accepted: no bindings file is written")
      .value(
          ",b", "FILE", [](const std::string&) {}, "accepted and ignored")
      .flag("allow-unlisted", letters.allow_unlisted,
            "also take hardware that the hardware table does not list")
      .value(
          "deadline", "SECONDS",
          [&](const std::string& text) { letters.deadline = parse_seconds(text); },
          "how long a device may take to answer (5)")
      .flag("json", letters.json, "listings, and what was done, as JSON")
      .arguments("[DEVICE|MAP]", letters.words, "");
  return options;
}

/// getopt's optional argument: "-ll" is one option, and whatever stands behind the l's is part of
/// it.
std::vector<std::string> with_list_spelled_out(const std::vector<std::string>& words) {
  std::vector<std::string> result;
  bool only_words = false;
  for (const std::string& word : words) {
    only_words = only_words || word == "--";
    if (only_words || !word.starts_with("-") || word.starts_with("--")) {
      result.push_back(word);
      continue;
    }
    // "-v2ll": the l may follow letters that take no argument.
    const auto letter = word.find('l', 1);
    const auto with_argument = word.find_first_of("vpRb", 1);
    if (letter == std::string::npos ||
        (with_argument != std::string::npos && with_argument < letter)) {
      result.push_back(word);
      continue;
    }
    if (letter > 1) result.push_back(word.substr(0, letter));
    result.emplace_back(word.compare(letter, 2, "ll") == 0 ? "--_list_long" : "--_list");
  }
  return result;
}

/// The targets that the words name; a node or number that the host does not have is a usage error
/// with the text that callers look for.
std::vector<Target> targets_of(Context& context, const Letters& letters) {
  std::vector<Target> targets;
  for (const std::string& word : letters.words) {
    auto target = find_target(context.host, word);
    if (!target) throw UsageError(fmt::format("'{}' is not a valid argument", word));
    targets.push_back(std::move(*target));
  }
  return targets;
}

int list(Context& context, const Letters& letters) {
  const Depth depth = letters.list_long ? Depth::ask : Depth::recall;
  const Listing listing =
      list_maps(context, targets_of(context, letters), depth, letters.questions());
  if (letters.json) {
    context.out << json_of_maps(listing.maps, listing.findings);
    return 0;
  }
  if (letters.verbosity >= 3) context.out << render_path_list(listing.paths);
  if (letters.verbosity == 1) {
    for (const Topology& map : listing.maps) context.out << printable(map.name) << '\n';
  } else if (letters.verbosity >= 2) {
    context.out << render(listing.maps, context.out_style);
  }
  report(context, listing.findings, letters.verbosity);
  return 0;
}

void show_outcome(Context& context, const Letters& letters, const Outcome& outcome) {
  const Action& action = outcome.action;
  if (outcome.failed()) {
    context.err << fmt::format("multipath: {}: {}: {}\n", printable(action.desired.name),
                               to_string(action.verb), printable(outcome.error));
    return;
  }
  if (letters.dry_run && letters.verbosity >= 2) report_reason(context, action);
  if (action.verb == Verb::nothing) return;
  if (letters.verbosity == 1) context.out << printable(action.desired.name) << '\n';
  if (letters.verbosity < 2) return;
  if (letters.verbosity >= 3 && !letters.dry_run) report_reason(context, action);
  Topology topology = topology_of(action.desired, action.current);
  topology.action = to_string(action.verb);
  context.out << render(topology, context.out_style);
}

std::vector<Outcome> only_planned(const Plan& plan) {
  std::vector<Outcome> outcomes;
  for (const Action& action : plan.actions) {
    outcomes.push_back({action, action.verb == Verb::refuse ? action.reason : ""});
  }
  return outcomes;
}

int create(Context& context, const Letters& letters) {
  Wishes wishes;
  wishes.policy = letters.policy;
  wishes.force_reload = letters.reload;
  wishes.single_path = letters.ignore_wwids ? SinglePath::allow : SinglePath::refuse;
  const Planned planned = plan_maps(context, targets_of(context, letters), wishes,
                                    letters.questions(), NeedDeviceMapper::yes);
  if (!letters.json && letters.verbosity >= 3) context.out << render_path_list(planned.paths);
  const std::vector<Outcome> outcomes =
      letters.dry_run
          ? only_planned(planned.plan)
          : apply(planned.plan, context.host.device_mapper, progress_on_terminal(context));
  if (letters.json) {
    context.out << json_of_outcomes(outcomes, planned.findings);
  } else {
    report(context, planned.findings, letters.verbosity);
    for (const Outcome& outcome : outcomes) show_outcome(context, letters, outcome);
  }
  return !letters.dry_run && std::ranges::any_of(outcomes, &Outcome::failed) ? 1 : 0;
}

/// Text of a flush that did not happen, with the words that callers search for.
std::string flush_text(const FlushOutcome& outcome) {
  return outcome.result == FlushResult::busy
             ? fmt::format("{}: map in use: {}", outcome.map, outcome.error)
             : fmt::format("{}: {}", outcome.map, outcome.error);
}

int flush(Context& context, const Letters& letters) {
  const bool all = letters.job() == Job::flush_all;
  if (!all && letters.words.empty()) throw UsageError("-f needs the map to flush");
  const std::vector<Target> targets = all ? std::vector<Target>{} : targets_of(context, letters);
  Patience patience;
  if (letters.flush_retries > 0) patience = {letters.flush_retries, std::chrono::seconds(1)};
  const Flushed flushed = flush_maps(context, targets, patience);
  if (letters.json) {
    context.out << json_of_flush(flushed.outcomes, flushed.findings);
  } else {
    report(context, flushed.findings, letters.verbosity);
  }
  bool failed = false;
  for (const FlushOutcome& outcome : flushed.outcomes) {
    if (outcome.result == FlushResult::flushed) continue;
    failed = true;
    if (!letters.json && letters.verbosity > 0)
      context.err << printable(flush_text(outcome)) << '\n';
  }
  if (!all && flushed.outcomes.empty()) {
    throw UsageError(fmt::format("'{}' is not a valid argument: no multipath map of that name",
                                 letters.words.front()));
  }
  return failed ? 1 : 0;
}

int run_job(Context& context, const Letters& letters) {
  context.host.device_mapper.driver_version();
  switch (letters.job()) {
    case Job::list:
      return list(context, letters);
    case Job::flush:
    case Job::flush_all:
      return flush(context, letters);
    case Job::create:
      return create(context, letters);
  }
  return 1;
}

/// Boost prints the letter-less helpers of the -l pre-pass, too; people see "-l" and "-ll".
std::string readable(std::string help) {
  std::string result;
  for (std::size_t begin = 0; begin < help.size();) {
    const std::size_t end = std::min(help.find('\n', begin), help.size() - 1) + 1;
    const std::string line = help.substr(begin, end - begin);
    begin = end;
    if (line.find("--_list_long") != std::string::npos) {
      result += "  -ll                   list maps, asking each path for its state and priority\n";
    } else if (line.find("--_list") != std::string::npos) {
      result +=
          "  -l                    list maps from what the kernel knows; no path is touched\n";
    } else {
      result += line;
    }
  }
  return result;
}

}  // namespace

std::string version_text() {
  return "multipath-tools v0.9.4 is what the command line is compatible "
         "with\nmultipath " MULTIPATH_VERSION "\n";
}

std::string letters_help() {
  Letters letters;
  std::string text =
      "usage: multipath [OPTION...] [DEVICE|MAP]      make maps of all paths, or of one unit's\n"
      "       multipath -l|-ll [OPTION...] [DEVICE|MAP]\n"
      "       multipath -f MAP | -F\n"
      "       multipath VERB [OPTION...] [ARGUMENT...]\n\noptions:\n";
  text += readable(declare(letters).help());
  text += "\nverbs (multipath VERB --help):\n" + verbs_help();
  return text;
}

int run_letters(Context& context, const std::vector<std::string>& words) {
  Letters letters;
  try {
    declare(letters).parse(with_list_spelled_out(words));
    if (letters.version || letters.long_help) {
      context.out << version_text() << (letters.long_help ? "\n" + letters_help() : "");
      return 0;
    }
    if (letters.help) {
      context.err << version_text() << '\n' << letters_help();
      return 0;
    }
  } catch (const UsageError& error) {
    context.err << version_text() << "multipath: " << printable(error.what()) << "\n\n"
                << letters_help();
    return 1;
  }
  if (!context.is_root) {
    context.err << "need to be root\n";
    return 1;
  }
  try {
    return run_job(context, letters);
  } catch (const UsageError& error) {
    context.err << printable(error.what()) << '\n';
  } catch (const std::system_error& error) {
    context.err << "multipath: " << printable(error.what()) << '\n';
  }
  return 1;
}

}  // namespace multipath
