#pragma once

#include <vector>

#include "multipath/host/host.h"
#include "multipath/model/native_nvme.h"

namespace multipath {

/// The namespaces that the kernel's NVMe driver multipaths, in natural order, from sysfs alone:
/// class/nvme-subsystem. They are listed, and nothing here touches them.
std::vector<NativeNamespace> find_native_namespaces(const Host& host);

}  // namespace multipath
