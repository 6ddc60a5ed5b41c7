#pragma once

#include <string>
#include <vector>

#include "multipath/host/host.h"
#include "multipath/model/holder.h"

namespace multipath {

/// One device by sysfs and device-mapper: kind, names, size, state; no edges, no users.
/// Nothing when there is no such device (any more).
std::optional<Holder> identify_holder(const Host& host, const std::string& kname);

/// Knames in "class/block/KNAME/holders" or "slaves", those of them that can be knames.
std::vector<std::string> linked_devices(const SysTree& sys, const std::string& kname,
                                        const char* folder);
/// Knames of the kernel's partitions of a device.
std::vector<std::string> partitions_of(const SysTree& sys, const std::string& kname);
/// The device that a kernel's partition is on: its folder's parent.
std::optional<std::string> partition_parent(const SysTree& sys, const std::string& kname);
/// The md that an array is a volume of: "external:/md127/0" is one of md127, "external:-md127/0" a
/// read-only one.
std::optional<std::string> md_container(const SysTree& sys, const std::string& kname);

/// The cache set of a bcache, backing or cache device; empty when it has none.
std::string bcache_set(const SysTree& sys, const std::string& kname);
/// The bcaches of a set, and the devices below it.
struct BcacheSet {
  std::vector<std::string> bcaches;
  std::vector<std::string> members;
};
BcacheSet read_bcache_set(const SysTree& sys, const std::string& uuid);

}  // namespace multipath
