#include "multipath/command/compat/options.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "multipath/command/compat/command_line.h"
#include "multipath/command/shared_options.h"
#include "multipath/command/verbs.h"
#include "version.h"

namespace multipath {
namespace {

/// Boost also prints the long options that stand for -l and -ll; the user sees "-l" and "-ll".
std::string with_list_options(const std::string& help) {
  std::string result;
  for (std::size_t begin = 0; begin < help.size();) {
    const std::size_t end = std::min(help.find('\n', begin), help.size() - 1) + 1;
    const std::string line = help.substr(begin, end - begin);
    begin = end;
    if (line.find("--_list_long") != std::string::npos) {
      result += "  -ll                   list maps, querying the state and priority of each path\n";
    } else if (line.find("--_list") != std::string::npos) {
      result +=
          "  -l                    list maps as the kernel knows them, without querying paths\n";
    } else {
      result += line;
    }
  }
  return result;
}

/// Where options continue after the digits of -v or -R ("-v2ll"); npos if they do not.
std::size_t options_after_digits(const std::string& word) {
  const auto option = word.find_first_of("vpRbM", 1);
  if (option == std::string::npos || (word[option] != 'v' && word[option] != 'R'))
    return std::string::npos;
  const auto behind = word.find_first_not_of("0123456789", option + 1);
  if (behind == std::string::npos || behind == option + 1) return std::string::npos;
  const char letter = word[behind];
  const bool is_letter = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z');
  return is_letter ? behind : std::string::npos;
}

/// Splits one word of short options.
void spell_out_list(std::string word, std::vector<std::string>& result) {
  for (auto behind = options_after_digits(word); behind != std::string::npos;
       behind = options_after_digits(word)) {
    if (word.find('l', 1) < behind) break;
    result.push_back(word.substr(0, behind));
    word = "-" + word.substr(behind);
  }
  const auto letter = word.find('l', 1);
  if (letter == std::string::npos || word.find_first_of("vpRbM", 1) < letter) {
    result.push_back(std::move(word));
    return;
  }
  if (letter > 1) result.push_back(word.substr(0, letter));
  result.emplace_back(word.compare(letter, 2, "ll") == 0 ? "--_list_long" : "--_list");
}

void declare_general(Options& options, CompatOptions& compat) {
  options.flag(",h", compat.help, "print this help on stderr")
      .flag("help", compat.long_help, "print this help")
      .flag("version", compat.version, "print name and version")
      .value(
          ",v", "LEVEL", [&](const std::string& text) { compat.verbosity = parse_verbosity(text); },
          "0 nothing, 1 names, 2 maps (default), 3 also paths and each decision")
      .flag("json", compat.json, "print listings and results as JSON")
      .value(
          "deadline", "SECONDS",
          [&](const std::string& text) { compat.deadline = parse_seconds(text); },
          SharedOptions::deadline_help)
      // take_host() removes it from every command line.
      .value(
          "host", "DIR", [](const std::string&) {},
          "with every command: use a capture, a directory or an archive, instead of this host");
}

void declare_creating(Options& options, CompatOptions& compat) {
  options
      .flag(",d", compat.dry_run,
            "dry run: show what would be done to each map, and why; change "
            "nothing")
      .flag(",r", compat.reload, "reload maps even if they are correct")
      .value(
          ",p", "POLICY", [&](const std::string& text) { compat.policy = parse_policy(text); },
          "path grouping policy of all maps, overriding the configuration: failover, multibus, "
          "group_by_serial, group_by_prio, group_by_node_name or group_by_tpg")
      .flag(",i", compat.ignore_wwids,
            "ignore the wwids file: also create maps for units with a single path")
      .flag(",q", compat.may_queue,
            "allow maps to queue without a usable path (no_path_retry) even though no daemon runs")
      .flag(",B", compat.bindings_read_only,
            "create no new aliases; do not write the bindings file")
      .value(
          "whitelist", "RULE", [&](const std::string& text) { compat.whitelist.take(text); },
          WhitelistOption::help)
      .flag("allow-unlisted", compat.whitelist.any, WhitelistOption::any_help);
}

void declare_listing_and_flushing(Options& options, CompatOptions& compat) {
  options.flag("_list,l", compat.list, "")
      .flag("_list_long", compat.list_long, "")
      .flag(",f", compat.flush, "flush the map given as argument, if unused")
      .flag(",F", compat.flush_all, "flush all unused maps")
      .value(
          ",R", "N", [&](const std::string& text) { compat.flush_retries = parse_count(text); },
          "retry the flush of a map in use N times, a second apart (remove_retries)");
}

void declare_wwids_and_checks(Options& options, CompatOptions& compat) {
  options.flag(",a", compat.add_wwid, "add a device's WWID to the wwids file")
      .flag(",w", compat.remove_wwid, "remove a device's WWID from the wwids file")
      .flag(",W", compat.reset_wwids, "reset the wwids file to the WWIDs of the current maps")
      .flag(",c", compat.check_path, "check whether a device should be a path: status 0 yes, 1 no")
      .flag(",u", compat.check_path_event, "the same for udev's rules, with the answer on stdout")
      .flag("at-boot", compat.at_boot,
            "with -u: as in the initramfs, before anything uses the device")
      .flag(",C", compat.check_map, "check whether a map has a usable path: status 0 yes, 1 no")
      .flag(",U", compat.check_map_event, "the same for udev's rules");
}

void declare_configuration(Options& options, CompatOptions& compat) {
  options.flag(",t", compat.show_config, "print the configuration in force")
      .flag(",T", compat.show_present_config, "the same, limited to the hardware that is present")
      .flag("origin", compat.origin, "with -t and -T: print where each value comes from")
      .flag("last-good", compat.last_good, SharedOptions::last_good_help);
}

void declare_ignored(Options& options, CompatOptions& compat) {
  options.value(
             ",b", "FILE", [](const std::string&) {}, "accepted and ignored")
      .flag(",e", compat.foreign,
            "accepted and ignored: listings include the maps of every library")
      .flag(",D", compat.unused, "accepted and ignored")
      .value(",M", "LEVEL", [](const std::string&) {}, "accepted and ignored");
}

/// The letter that requests a job; "multipath" for the job without a letter.
std::string_view option_of(CompatOptions::Job job) {
  using Job = CompatOptions::Job;
  switch (job) {
    case Job::create:
      return "multipath";
    case Job::list:
      return "-l";
    case Job::flush:
      return "-f";
    case Job::flush_all:
      return "-F";
    case Job::show_config:
      return "-t";
    case Job::show_present_config:
      return "-T";
    case Job::add_wwid:
      return "-a";
    case Job::remove_wwid:
      return "-w";
    case Job::reset_wwids:
      return "-W";
    case Job::check_path:
      return "-c";
    case Job::check_path_event:
      return "-u";
    case Job::check_map:
      return "-C";
    case Job::check_map_event:
      return "-U";
  }
  return "multipath";
}

/// -l and the job without a letter take any number of arguments; -t and -T ignore them, as
/// multipath-tools does.
void check_count(CompatOptions::Job job, const std::vector<std::string>& words) {
  using Job = CompatOptions::Job;
  const auto require_one = [&](std::string_view noun) {
    if (words.size() != 1)
      throw UsageError(fmt::format("{} requires one {}", option_of(job), noun));
  };
  switch (job) {
    case Job::flush:
      if (words.size() > 1)
        throw UsageError("-f requires one map; `multipath flush` removes several");
      return require_one("map");
    case Job::flush_all:
    case Job::reset_wwids:
      if (!words.empty())
        throw UsageError(
            fmt::format("{} takes no argument, not '{}'", option_of(job), words.front()));
      return;
    case Job::add_wwid:
    case Job::remove_wwid:
      return require_one("device, map or WWID");
    case Job::check_path:
    case Job::check_path_event:
      return require_one("device");
    case Job::check_map:
    case Job::check_map_event:
      return require_one("map");
    default:
      return;
  }
}

using enum WithErrors;
constexpr PrintWarnings silent = PrintWarnings::no;
constexpr std::array commands{
    CompatCommand{"multipath", stop},       CompatCommand{"-r", stop},
    CompatCommand{"-d", last_good},         CompatCommand{"-l", last_good},
    CompatCommand{"-ll", last_good},        CompatCommand{"-f", last_good},
    CompatCommand{"-F", last_good},         CompatCommand{"-t", last_good},
    CompatCommand{"-T", last_good},         CompatCommand{"-a", last_good},
    CompatCommand{"-w", last_good},         CompatCommand{"-W", last_good},
    CompatCommand{"-c", last_good},         CompatCommand{"-u", last_good, silent},
    CompatCommand{"-C", last_good, silent}, CompatCommand{"-U", last_good, silent},
};

}  // namespace

std::vector<CompatOptions::Job> CompatOptions::requested_jobs() const {
  const std::array jobs{
      std::pair{list || list_long, Job::list},
      std::pair{flush, Job::flush},
      std::pair{flush_all, Job::flush_all},
      std::pair{show_config, Job::show_config},
      std::pair{show_present_config, Job::show_present_config},
      std::pair{add_wwid, Job::add_wwid},
      std::pair{remove_wwid, Job::remove_wwid},
      std::pair{reset_wwids, Job::reset_wwids},
      std::pair{check_path, Job::check_path},
      std::pair{check_path_event, Job::check_path_event},
      std::pair{check_map, Job::check_map},
      std::pair{check_map_event, Job::check_map_event},
  };
  std::vector<Job> requested;
  for (const auto& [is_requested, job] : jobs)
    if (is_requested) requested.push_back(job);
  return requested;
}

CompatOptions::Job CompatOptions::job() const {
  const std::vector<Job> requested = requested_jobs();
  return requested.empty() ? Job::create : requested.front();
}

void CompatOptions::check() const {
  const std::vector<Job> requested = requested_jobs();
  if (requested.size() > 1) {
    throw UsageError(fmt::format("{} and {} cannot be combined", option_of(requested[0]),
                                 option_of(requested[1])));
  }
  const Job wanted = job();
  if (origin && wanted != Job::show_config && wanted != Job::show_present_config)
    throw UsageError("--origin requires -t or -T");
  if (at_boot && wanted != Job::check_path_event) throw UsageError("--at-boot requires -u");
  const bool writes = wanted == Job::flush || wanted == Job::flush_all || wanted == Job::add_wwid ||
                      wanted == Job::remove_wwid || wanted == Job::reset_wwids;
  if (dry_run && writes) {
    throw UsageError(fmt::format("-d and {} cannot be combined: {} has no dry run",
                                 option_of(wanted), option_of(wanted)));
  }
  const bool answers = wanted == Job::check_path || wanted == Job::check_path_event ||
                       wanted == Job::check_map || wanted == Job::check_map_event;
  if (json && answers) throw UsageError(fmt::format("{} does not print JSON", option_of(wanted)));
  check_count(wanted, words);
}

std::span<const CompatCommand> compat_commands() { return commands; }

const CompatCommand& compat_command(std::string_view option) {
  const auto* found = std::ranges::find(commands, option, &CompatCommand::option);
  if (found == commands.end())
    throw std::logic_error(fmt::format("no rule for configuration errors of {}", option));
  return *found;
}

std::string_view command_of(const CompatOptions& compat) {
  using Job = CompatOptions::Job;
  if (compat.job() == Job::create && compat.dry_run) return "-d";
  if (compat.job() == Job::create && compat.reload) return "-r";
  if (compat.job() == Job::list && compat.list_long) return "-ll";
  return option_of(compat.job());
}

DiscoveryOptions CompatOptions::discovery_options(const Configuration& configuration) const {
  DiscoveryOptions discovery_options;
  discovery_options.configuration = configuration;
  discovery_options.whitelist = whitelist.value();
  discovery_options.deadline = deadline;
  return discovery_options;
}

Options declare(CompatOptions& compat) {
  Options options;
  declare_general(options, compat);
  declare_creating(options, compat);
  declare_listing_and_flushing(options, compat);
  declare_wwids_and_checks(options, compat);
  declare_configuration(options, compat);
  declare_ignored(options, compat);
  options.arguments(compat.words);
  return options;
}

std::vector<std::string> with_list_spelled_out(const std::vector<std::string>& words) {
  std::vector<std::string> result;
  bool only_words = false;
  for (const std::string& word : words) {
    only_words = only_words || word == "--";
    if (only_words || !word.starts_with("-") || word.starts_with("--")) {
      result.push_back(word);
    } else {
      spell_out_list(word, result);
    }
  }
  return result;
}

std::string version_text() {
  return "multipath-tools v0.9.4 is what the command line is compatible "
         "with\nmultipath " MULTIPATH_VERSION "\n";
}

std::string compat_help() {
  CompatOptions compat;
  std::string text =
      "usage: multipath [OPTION...] [DEVICE|MAP...]   create maps of all paths, or of some units\n"
      "       multipath -l|-ll [OPTION...] [DEVICE|MAP...]\n"
      "       multipath -f MAP | -F\n"
      "       multipath VERB [OPTION...] [ARGUMENT...]\n\noptions:\n";
  text += with_list_options(declare(compat).help());
  text += "\nverbs (multipath VERB --help):\n" + verbs_help();
  return text;
}

}  // namespace multipath
