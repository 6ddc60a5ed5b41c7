#pragma once

#include <optional>
#include <string>
#include <vector>

#include "multipath/command/context.h"
#include "multipath/command/exit_status.h"
#include "multipath/command/options.h"
#include "multipath/command/values.h"
#include "multipath/discovery/identify.h"
#include "multipath/run/targets.h"

namespace multipath {

/// Options that several verbs have, declared in one place.
struct SharedOptions {
  bool json = false;
  WhitelistOption whitelist;
  std::optional<std::chrono::milliseconds> deadline;
  std::vector<std::string> words;

  void declare_output(Options& options);
  void declare_questions(Options& options);
  DiscoveryOptions discovery_options(const Configuration& configuration) const;
};

/// What words name, as targets or as kernel names. Reports each word that names nothing on this host
/// on stderr; then nothing comes back.
std::optional<std::vector<Target>> find_targets(Context& context,
                                                const std::vector<std::string>& words);
std::optional<std::vector<std::string>> find_knames(Context& context,
                                                    const std::vector<std::string>& words);

/// Each word that names nothing is told on stderr, since silence would read as "all is well"; then
/// `status` is no longer that all was done.
ExitStatus with_unmatched(Context& context, const std::vector<std::string>& words,
                          ExitStatus status);

}  // namespace multipath
