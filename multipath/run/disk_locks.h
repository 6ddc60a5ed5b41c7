#pragma once

#include <memory>
#include <vector>

#include <tl/expected.hpp>

#include "multipath/command/context.h"
#include "multipath/teardown/teardown.h"

namespace multipath {

using DiskLocks = std::vector<std::unique_ptr<DeviceAccess::Lock>>;

/// The whole disks that the bases are, or are on: paths of a map, the disk of a partition.
std::vector<std::string> disks_of_bases(const SysTree& sys, const HolderGraph& graph);

/// Locks those disks against udevd and partitioning tools, or says who has one of them. Waits for a
/// short while: udevd itself has a disk locked while it probes it. Disks that can not be opened, as
/// those of a path that is gone, are passed over.
tl::expected<DiskLocks, Blocker> lock_disks(Context& context, const HolderGraph& graph);

}  // namespace multipath
