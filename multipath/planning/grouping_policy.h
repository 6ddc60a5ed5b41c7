#pragma once

#include <optional>
#include <string>
#include <vector>

#include "multipath/config/configuration.h"
#include "multipath/model/map.h"
#include "multipath/model/path.h"

namespace multipath {

/// The path grouping policy of a unit, and its origin.
struct PolicyChoice {
  PathGroupingPolicy policy = PathGroupingPolicy::failover;
  std::string origin;  ///< "command line", "/etc/multipath.conf:3:2 (defaults)"
};

/// Chooses the first that applies:
///
/// - the command line's policy
/// - with detect_pgpolicy, if all priorities come from the prioritizer alua or sysfs:
///   group_by_prio, or group_by_tpg with detect_pgpolicy_use_tpg
/// - path_grouping_policy
///
/// If no path answered, a path counts as prioritized by alua if it reports target port groups and
/// its settings select alua or sysfs: a failure must not change the policy.
PolicyChoice choose_policy(const std::optional<PathGroupingPolicy>& command_line,
                           const Configuration& configuration, const Subject& subject,
                           const std::vector<Path>& paths);

}  // namespace multipath
