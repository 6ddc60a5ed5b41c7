#pragma once

#include <optional>
#include <string>
#include <vector>

#include "multipath/config/configuration.h"
#include "multipath/model/map.h"
#include "multipath/model/path.h"

namespace multipath {

/// How a unit's paths are grouped, and what decided so.
struct PolicyChoice {
  PathGroupingPolicy policy = PathGroupingPolicy::failover;
  std::string origin;  ///< "command line", "/etc/multipath.conf:3:2 (defaults)"
};

/// The command line's policy; with detect_pgpolicy, and where the priorities of all paths that
/// answered come from the prioritizer alua or sysfs, group_by_prio, or group_by_tpg with
/// detect_pgpolicy_use_tpg; else path_grouping_policy. Where no path answered, each unit counts as
/// rated so that reports target port groups and whose settings would have it rated so: a failure
/// must not change the policy.
PolicyChoice choose_policy(const std::optional<PathGroupingPolicy>& command_line,
                           const Configuration& configuration, const Subject& subject,
                           const std::vector<Path>& paths);

}  // namespace multipath
