#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "multipath/command/options.h"
#include "multipath/command/values.h"
#include "multipath/discovery/identify.h"
#include "multipath/model/map.h"

namespace multipath {

/// What the letters ask for, as typed values.
struct CompatOptions {
  enum class Job : std::uint8_t {
    create,
    list,
    flush,
    flush_all,
    show_config,          ///< -t
    show_present_config,  ///< -T
    add_wwid,             ///< -a
    remove_wwid,          ///< -w
    reset_wwids,          ///< -W
    check_path,           ///< -c
    check_path_event,     ///< -u
    check_map,            ///< -C
    check_map_event,      ///< -U
  };

  std::optional<int> verbosity;
  bool dry_run = false;
  bool list = false;
  bool list_long = false;
  bool flush = false;
  bool flush_all = false;
  bool show_config = false;
  bool show_present_config = false;
  bool add_wwid = false;
  bool remove_wwid = false;
  bool reset_wwids = false;
  bool check_path = false;
  bool check_path_event = false;
  bool check_map = false;
  bool check_map_event = false;
  bool reload = false;
  bool json = false;
  bool origin = false;
  bool help = false;
  bool long_help = false;
  bool version = false;
  WhitelistOption whitelist;
  bool ignore_wwids = false;
  bool may_queue = false;
  bool bindings_read_only = false;
  bool foreign = false;  ///< -e
  bool unused = false;   ///< -D
  bool at_boot = false;
  std::optional<int> flush_retries;
  bool last_good = false;
  std::optional<PathGroupingPolicy> policy;
  std::optional<std::chrono::milliseconds> deadline;
  std::vector<std::string> words;

  /// The first of the jobs that were asked for, in the order in which multipath-tools would take them.
  Job job() const;
  DiscoveryOptions discovery_options(const Configuration& configuration) const;
};

/// The name of the job in the table of configuration_use.h.
std::string_view command_of(const CompatOptions& letters);

/// `letters` must stay where it is until parse().
Options declare(CompatOptions& letters);

/// getopt's optional argument: "-ll" is one option, and whatever stands behind the l's is part of
/// it. Other words come back as they are.
std::vector<std::string> with_list_spelled_out(const std::vector<std::string>& words);

}  // namespace multipath
