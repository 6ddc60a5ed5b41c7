#pragma once

#include <string>
#include <vector>

#include "multipath/host/host.h"

namespace multipath {

/// Who uses a block device, as far as one look at sysfs, the own mount namespace and the swaps
/// tells: "mounted on /data", "swap", "held by dm-7 (vg0-data)". Empty says nothing: a process may
/// have it open.
std::vector<std::string> users_of(const Host& host, DeviceNumber number);

}  // namespace multipath
