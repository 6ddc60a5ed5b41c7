#pragma once

#include <span>
#include <string>

#include "multipath/model/native_nvme.h"

namespace multipath {

/// Prints namespaces in the format of multipath-tools' foreign library for NVMe:
///
///     WWID [nvme]:nvme0n1 NVMe,MODEL,REVISION
///     size=131072 features='n/a' hwhandler='ANA' wp=rw
///     `-+- policy='n/a' prio=50 status=optimized
///       `- 0:1:1 nvme0c1n1 0:0 n/a optimized live
///
/// The size is in sectors. Each path is a separate group.
std::string render_native(std::span<const NativeNamespace> heads);

}  // namespace multipath
