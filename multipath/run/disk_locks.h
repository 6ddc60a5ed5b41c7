#pragma once

#include <memory>
#include <vector>

#include <tl/expected.hpp>

#include "multipath/host/host.h"
#include "multipath/run/notices.h"
#include "multipath/teardown/teardown.h"

namespace multipath {

using DiskLocks = std::vector<std::unique_ptr<DeviceAccess::Lock>>;

/// The whole disks that the bases are, or are on: paths of a map, the disk of a partition.
std::vector<std::string> disks_of_bases(const SysTree& sys, const HolderGraph& graph);

/// Locks these disks against udevd and partitioning tools; the blocker names the process that has
/// one of them locked. Waits for a short while, with a notice: udevd itself locks a disk while it
/// probes it. Skips disks that cannot be opened, such as a path that is gone.
tl::expected<DiskLocks, Blocker> lock_disks(Host& host, const HolderGraph& graph,
                                            const Notices& notices);

}  // namespace multipath
