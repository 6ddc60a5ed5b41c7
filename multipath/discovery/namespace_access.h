#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <span>

#include "multipath/config/settings.h"
#include "multipath/discovery/enumerate.h"
#include "multipath/discovery/prioritizer.h"
#include "multipath/host/nvme_access.h"

namespace multipath {

/// The access of each namespace that may be asked (its controller is live, and `wanted` says so), by
/// sysfs `ana_state` where the kernel has it, which it has only for what it multipaths itself, else
/// by its controller. Nothing for one that did not answer in time. Without `nvme` sysfs is all.
std::map<DeviceNumber, NamespaceAccess> namespace_accesses(const SysTree& sys, NvmeAccess& nvme,
                                                           std::span<const Disk* const> wanted,
                                                           std::chrono::milliseconds deadline);

/// With detect_prio and a controller that reports asymmetric access: ana; else the one that is set.
/// Those that ask a SCSI unit are not there for a namespace: const.
EffectivePrioritizer effective_namespace_prioritizer(const DeviceSettings& settings,
                                                     const NamespaceAccess& access);

/// const 1; ana 50 optimized, 10 non-optimized, 1 inaccessible and change, 0 persistent loss;
/// weightedpath as for any path.
Prioritized prioritize_namespace(const EffectivePrioritizer& prioritizer,
                                 const NamespaceAccess& access, const Path& path);

}  // namespace multipath
