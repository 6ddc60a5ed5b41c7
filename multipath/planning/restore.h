#pragma once

#include <set>
#include <span>
#include <vector>

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

/// A path that the host has no more (`gone`) is neither, whatever device-mapper thinks of it: it leaves the map by a reload. A
/// map without status lacks nothing.
Restoration restoration_of(const CurrentMap& map, std::span<const Path> paths,
                           const std::set<DeviceNumber>& gone);

}  // namespace multipath
