#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "multipath/config/configuration.h"
#include "multipath/host/host.h"
#include "multipath/model/decision.h"
#include "multipath/model/path.h"

namespace multipath {

/// How other programs on this host see a path, beside the run's own decisions: udev's ID_SERIAL, the
/// kernel's `wwid`, and multipath -u, which udev's rules ask. They decide nothing about its map.
std::vector<Decision> other_views(const Host& host, const Configuration& configuration,
                                  const Path& path, const std::set<Wwid>& known);

/// A block device that never is a path.
struct OtherDevice {
  std::string what;  ///< "a partition of sda"
  std::string remedy;
};
/// Nothing when there is no such device, or it is a SCSI disk or a multipath map.
std::optional<OtherDevice> other_device(const Host& host, const std::string& kname);

}  // namespace multipath
