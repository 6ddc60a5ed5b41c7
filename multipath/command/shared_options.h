#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "multipath/command/context.h"
#include "multipath/command/options.h"
#include "multipath/config/whitelist.h"
#include "multipath/discovery/identify.h"
#include "multipath/model/map.h"
#include "multipath/run/targets.h"

namespace multipath {

// Parsers of command line words. Each throws UsageError.

/// Scripts give -v9 and more.
Verbosity parse_verbosity(const std::string& text);
int parse_count(const std::string& text);
std::chrono::milliseconds parse_seconds(const std::string& text);
PathGroupingPolicy parse_policy(const std::string& text);

/// --whitelist RULE, and --allow-unlisted, an older name of --whitelist any.
struct WhitelistOption {
  static constexpr const char* help =
      "hardware that gets maps, overriding the configuration: strict (hardware in the hardware "
      "table), identity (also units whose paths report the same NAA designator) or any";
  static constexpr const char* any_help = "same as --whitelist any";

  std::optional<Whitelist> rule;
  bool any = false;

  void take(const std::string& text);
  /// Nothing if the configuration decides.
  std::optional<Whitelist> value() const;
};

/// Accepts 1 to 127 bytes that neither udev nor libdm has to mangle, and no path.
void require_map_name(const std::string& text);

/// Options that several verbs have.
struct SharedOptions {
  static constexpr const char* deadline_help =
      "time limit for the answer of each device (checker_timeout, otherwise 5 seconds)";
  static constexpr const char* last_good_help =
      "if the configuration has errors, use the last configuration without errors";

  bool json = false;
  WhitelistOption whitelist;
  std::optional<std::chrono::milliseconds> deadline;
  std::vector<std::string> words;

  void declare_output(Options& options);
  void declare_questions(Options& options);
  DiscoveryOptions discovery_options(const Configuration& configuration) const;
};

/// What words name, as targets or as kernel names. If a word names nothing on this host, returns
/// nothing and reports each such word as report_failure() does.
std::optional<std::vector<Target>> find_targets(Context& context, const SharedOptions& options,
                                                const std::vector<std::string>& words);
std::optional<std::vector<std::string>> find_knames(Context& context, const SharedOptions& options,
                                                    const std::vector<std::string>& words);

/// Reports each word that matches nothing on stderr. If there are any, `done` becomes `not_found`.
ExitStatus with_unmatched(Context& context, const std::vector<std::string>& words,
                          ExitStatus status);

}  // namespace multipath
