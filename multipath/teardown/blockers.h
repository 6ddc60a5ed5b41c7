#pragma once

#include <vector>

#include "multipath/model/holder.h"
#include "multipath/teardown/teardown.h"

namespace multipath {

/// Finds all blockers, ordered by node. `plan_teardown` calls this.
std::vector<Blocker> find_blockers(const HolderGraph& graph, const TeardownOptions& options);

/// Finds what prevents the base devices from being partitioned now: devices above them except
/// kernel partitions, mounts, swap space and openers. Considers only the options that keep
/// something: kept maps, and stacks that are not protected.
std::vector<Blocker> find_remaining_users(const HolderGraph& graph,
                                          const TeardownOptions& options = {});

/// Is any of the blockers a protected stack?
bool is_protected(const std::vector<Blocker>& blockers);

}  // namespace multipath
