#pragma once

#include <chrono>
#include <set>
#include <span>
#include <vector>

#include "multipath/config/settings.h"
#include "multipath/model/map.h"
#include "multipath/model/path.h"

namespace multipath {

/// What a map lacks that its paths could give back.
struct Restoration {
  std::vector<DeviceNumber>
      working;                       ///< out of use in the map, though the path works: to reinstate
  std::vector<DeviceNumber> silent;  ///< out of use, and the path does not work yet
  bool has_path = false;             ///< a path is in use, or will be

  auto operator<=>(const Restoration&) const = default;
};

/// A path that the host has no more, or that must not come back (`left_out`), is neither, whatever device-mapper thinks of it:
/// it leaves the map by a reload. A map without status lacks nothing.
Restoration restoration_of(const CurrentMap& map, std::span<const Path> paths,
                           const std::set<DeviceNumber>& left_out);

/// How long `restore --watch` pauses after each look: polling_interval, and each time twice as long,
/// up to max_polling_interval.
class WatchPauses {
 public:
  explicit WatchPauses(const GlobalSettings& globals);
  std::chrono::seconds next();

 private:
  std::chrono::seconds pause_;
  std::chrono::seconds longest_;
};

/// Does the path itself say in this run that it is another unit than the map's?
bool is_of_another_unit(const Path& path, const CurrentMap& map);

}  // namespace multipath
