#include "multipath/command/compat/options.h"

#include <algorithm>
#include <array>
#include <utility>

#include "multipath/command/compat/command_line.h"
#include "multipath/command/values.h"
#include "multipath/command/verbs.h"
#include "version.h"

namespace multipath {
namespace {

/// Boost prints the letter-less helpers of the -l pre-pass, too; people see "-l" and "-ll".
std::string readable(const std::string& help) {
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

/// Where the digits of a -v or -R end and letters go on ("-v2ll"); npos when they do not.
std::size_t letters_behind_digits(const std::string& word) {
  const auto option = word.find_first_of("vpRbM", 1);
  if (option == std::string::npos || (word[option] != 'v' && word[option] != 'R'))
    return std::string::npos;
  const auto behind = word.find_first_not_of("0123456789", option + 1);
  if (behind == std::string::npos || behind == option + 1) return std::string::npos;
  const char letter = word[behind];
  const bool is_letter = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z');
  return is_letter ? behind : std::string::npos;
}

/// The pieces of one word of letters.
void spell_out_list(std::string word, std::vector<std::string>& result) {
  for (auto behind = letters_behind_digits(word); behind != std::string::npos;
       behind = letters_behind_digits(word)) {
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

}  // namespace

CompatOptions::Job CompatOptions::job() const {
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
  const auto* asked = std::ranges::find_if(jobs, [](const auto& job) { return job.first; });
  return asked == jobs.end() ? Job::create : asked->second;
}

std::string_view command_of(const CompatOptions& letters) {
  using Job = CompatOptions::Job;
  switch (letters.job()) {
    case Job::create:
      if (letters.dry_run) return "-d";
      return letters.reload ? "-r" : "multipath";
    case Job::list:
      return letters.list_long ? "-ll" : "-l";
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

DiscoveryOptions CompatOptions::discovery_options(const Configuration& configuration) const {
  DiscoveryOptions discovery_options;
  discovery_options.configuration = configuration;
  discovery_options.whitelist = whitelist.value();
  discovery_options.deadline = deadline.value_or(device_deadline(configuration));
  return discovery_options;
}

Options declare(CompatOptions& letters) {
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
          "path grouping of all maps, whatever the configuration says: failover, multibus, "
          "group_by_serial, group_by_prio, group_by_node_name or group_by_tpg")
      .flag(",i", letters.ignore_wwids,
            "ignore the wwids file: also a unit with one path gets a map")
      .flag(",q", letters.may_queue,
            "do not report new maps that queue without a path (no_path_retry) although no daemon "
            "runs")
      .value(
          ",R", "N", [&](const std::string& text) { letters.flush_retries = parse_count(text); },
          "retry a flush of a map in use N times, a second apart (remove_retries)")
      .flag(",a", letters.add_wwid, "add a device's WWID to the wwids file")
      .flag(",w", letters.remove_wwid, "remove a device's WWID from the wwids file")
      .flag(",W", letters.reset_wwids,
            "make the wwids file hold the WWIDs of the current maps only")
      .flag(",c", letters.check_path, "should this device be a path? status 0 yes, 1 no")
      .flag(",u", letters.check_path_event, "the same for udev's rules: the answer is on stdout")
      .flag("at-boot", letters.at_boot,
            "with -u: as in the initramfs, before anything uses the device")
      .flag(",C", letters.check_map, "has this map a usable path? status 0 yes, 1 no")
      .flag(",U", letters.check_map_event, "the same for udev's rules")
      .flag(",t", letters.show_config, "print the configuration in force")
      .flag(",T", letters.show_present_config, "the same, but only the hardware that is present")
      .flag("origin", letters.origin, "with -t and -T: where each value comes from")
      .flag(",B", letters.bindings_read_only,
            "make no new aliases: the bindings file is not written")
      .value(
          ",b", "FILE", [](const std::string&) {}, "accepted and ignored")
      .flag(",e", letters.foreign, "accepted and ignored: listings leave out no library's maps")
      .flag(",D", letters.unused, "accepted and ignored")
      .value(
          ",M", "LEVEL", [](const std::string&) {}, "accepted and ignored")
      .flag("last-good", letters.last_good,
            "when the configuration has errors, go on by the last one without")
      .value(
          "whitelist", "RULE", [&](const std::string& text) { letters.whitelist.take(text); },
          WhitelistOption::help)
      .flag("allow-unlisted", letters.whitelist.any, WhitelistOption::any_help)
      .value(
          "deadline", "SECONDS",
          [&](const std::string& text) { letters.deadline = parse_seconds(text); },
          "how long a device may take to answer (checker_timeout, else 5)")
      .flag("json", letters.json, "listings, and what was done, as JSON")
      // Taken out of every command line by main().
      .value(
          "host", "DIR", [](const std::string&) {},
          "with every command: run on a capture, a directory or archive, instead of on this "
          "machine")
      .arguments(letters.words);
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
  CompatOptions letters;
  std::string text =
      "usage: multipath [OPTION...] [DEVICE|MAP]      make maps of all paths, or of one unit's\n"
      "       multipath -l|-ll [OPTION...] [DEVICE|MAP]\n"
      "       multipath -f MAP | -F\n"
      "       multipath VERB [OPTION...] [ARGUMENT...]\n\noptions:\n";
  text += readable(declare(letters).help());
  text += "\nverbs (multipath VERB --help):\n" + verbs_help();
  return text;
}

}  // namespace multipath
