#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "multipath/command/options.h"
#include "multipath/command/shared_options.h"
#include "multipath/discovery/identify.h"
#include "multipath/model/map.h"
#include "multipath/run/load_configuration.h"

namespace multipath {

/// The packaged tool's options, as typed values.
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

  std::optional<Verbosity> verbosity;
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

  /// The job that an option requests.
  Job job() const;
  /// Throws UsageError for options and arguments that do not go together: two jobs, an option
  /// without the job that it belongs to, arguments of a job that would ignore them.
  void check() const;
  DiscoveryOptions discovery_options(const Configuration& configuration) const;

 private:
  std::vector<Job> requested_jobs() const;
};

/// What a job of the packaged tool's command line does with errors and warnings of the
/// configuration.
struct CompatCommand {
  std::string_view option;  ///< "-x", or "multipath" without an option that names a job
  WithErrors with_errors;
  PrintWarnings warnings = PrintWarnings::yes;
};
std::span<const CompatCommand> compat_commands();
/// Throws std::logic_error for a command that is not in the table.
const CompatCommand& compat_command(std::string_view option);
/// The option of the job in that table.
std::string_view command_of(const CompatOptions& options);

/// `options` must stay where it is until parse().
Options declare(CompatOptions& options);

/// Replaces -l and -ll by long options: for getopt -l has an optional argument, so "-ll" is one
/// option and the rest of its word is ignored. Other words are returned unchanged.
std::vector<std::string> with_list_spelled_out(const std::vector<std::string>& words);

}  // namespace multipath
