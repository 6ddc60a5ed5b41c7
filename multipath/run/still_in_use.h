#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "multipath/host/host.h"
#include "multipath/teardown/teardown.h"

namespace multipath {

/// The devices that have to be free when a plan was carried out: the bases that stay, and the paths
/// of a multipath map that goes. To be asked before anything is taken down.
struct FreedDevices {
  std::vector<std::string> bases;  ///< knames
  std::vector<std::string> paths;  ///< knames; who merely has one open does not matter
  TeardownOptions teardown_options;
};
FreedDevices devices_to_free(const Host& host, const HolderGraph& graph,
                             const TeardownOptions& teardown_options);

/// What still uses them: a new look at holders, all mount namespaces, swaps and openers, and each
/// device opened with O_EXCL, which the kernel grants only where nothing has the device claimed. A
/// device that does not let itself be opened is told as well, unless it is known to be dead. udev
/// and others open a device for a moment: there are looks until nothing is left or `patience` is
/// over, one at least.
std::vector<Blocker> still_in_use(const Host& host, const FreedDevices& freed,
                                  std::chrono::milliseconds patience);

/// Devices among `knames` that somebody has claimed, or that cannot be asked.
std::vector<Blocker> claimed(const Host& host, const std::vector<std::string>& knames);

}  // namespace multipath
