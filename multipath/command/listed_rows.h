#pragma once

#include <span>
#include <string>
#include <vector>

#include "multipath/config/configuration.h"
#include "multipath/host/sys_tree.h"
#include "multipath/model/map.h"
#include "multipath/view/listed.h"

namespace multipath {

/// Paths and maps with the values of all wildcards: the settings that apply to them, and what
/// sysfs knows. No device is asked, and sysfs is read for the wildcards of `format` alone: other
/// fields stay empty.
std::vector<ListedPath> listed_paths(const SysTree& sys, const Configuration& configuration,
                                     std::span<const Path> paths, std::span<const CurrentMap> maps,
                                     const RowFormat& format);
std::vector<ListedMap> listed_maps(const Configuration& configuration,
                                   std::span<const CurrentMap> maps, std::span<const Path> paths);

/// "0000:00:05.0", the PCI device nearest to the disk with this directory below /sys; empty for none.
std::string host_adapter_of(std::string_view disk_directory);

}  // namespace multipath
