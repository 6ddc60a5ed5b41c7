#pragma once

#include <chrono>
#include <set>
#include <span>
#include <vector>

#include "multipath/config/settings.h"
#include "multipath/model/map.h"
#include "multipath/model/path.h"

namespace multipath {

/// The failed paths of a map, as device-mapper reports them.
struct Restoration {
  std::vector<DeviceNumber> working;  ///< failed in the map, but usable again: to be reinstated
  std::vector<DeviceNumber> silent;   ///< failed in the map, and not usable yet
  bool has_path = false;              ///< a path is in use, or will be once reinstated

  auto operator<=>(const Restoration&) const = default;
};

/// Compares the map's status with its paths. Ignores paths that the host lost and the paths in
/// `left_out`, which must not be reinstated: a reload removes these. A map without status has no
/// failed path.
Restoration restoration_of(const CurrentMap& map, std::span<const Path> paths,
                           const std::set<DeviceNumber>& left_out);

/// The pauses between the checks of `restore --watch`: polling_interval, doubled after each check
/// up to max_polling_interval.
class WatchPauses {
 public:
  explicit WatchPauses(const GlobalSettings& globals);
  std::chrono::seconds next();

 private:
  std::chrono::seconds pause_;
  std::chrono::seconds longest_;
};

/// Did the path identify in this run as a unit other than the map's?
bool identifies_as_other_unit(const Path& path, const CurrentMap& map);

}  // namespace multipath
