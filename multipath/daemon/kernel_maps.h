#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "multipath/host/device_mapper.h"
#include "multipath/model/finding.h"
#include "multipath/model/map.h"

namespace multipath::daemon {

/// The multipath maps of the kernel, and what changed since they were read before. One ioctl for the
/// list, one for each map, and two more for each map that changed. No call waits for I/O.
class KernelMaps {
 public:
  explicit KernelMaps(dm::DeviceMapper& device_mapper) : device_mapper_(device_mapper) {}

  struct Changes {
    std::vector<std::string> seen;  ///< uuids of maps that are new, or had an event
    std::vector<std::string> gone;  ///< uuids
    std::vector<Finding> findings;
  };
  /// Throws std::system_error if device-mapper cannot be used.
  Changes read();
  /// Reads one map again, whether it had an event or not. Returns false if it is gone or unreadable.
  bool read_again(const std::string& uuid);

  const std::map<std::string, CurrentMap>& all() const { return maps_; }
  /// By name, in natural order.
  std::vector<CurrentMap> listed() const;

 private:
  dm::DeviceMapper& device_mapper_;
  std::map<std::string, CurrentMap> maps_;
  std::map<std::string, dm::Description> descriptions_;
};

}  // namespace multipath::daemon
