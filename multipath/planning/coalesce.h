#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "multipath/config/settings.h"
#include "multipath/model/finding.h"
#include "multipath/model/map.h"
#include "multipath/model/path.h"

namespace multipath {

/// The paths of each unit, in the order of udev's enumeration.
using Units = std::map<Wwid, std::vector<Path>>;

/// Groups paths by WWID. Ignores paths without a WWID and excluded paths.
Units coalesce(std::span<const Path> paths);

/// The unit's identity for configuration lookups, taken from the first path that answered, or from
/// the last path if none answered.
Subject subject_of_unit(const Wwid& wwid, const std::vector<Path>& paths);

/// The paths for a unit's map, and findings about the rejected paths.
struct Selection {
  std::vector<Path> paths;
  std::vector<Finding> left_out;
};

/// Selects the paths for a unit's map. Paths of `current` stay even if they failed, so that they
/// can recover. A new path must have answered in this run, have a size and not be in use: loading a
/// table opens every path, and a path that does not answer could block the whole map. If another
/// path or the map has a size, a standby path needs none. If any path of a unit without a map is in
/// use, all its paths are rejected: the users of the path and of the map would overwrite each
/// other's data. If more than half of the answering paths agree on vendor and product, the others
/// are rejected, even if they are in the map: they are another unit with the same WWID.
Selection select_paths(std::vector<Path> paths, const CurrentMap* current);

/// The users of a path of the map that do not use the map.
std::vector<PathUser> users_beside_map(const Path& path, const CurrentMap& map);
/// "sda2 is mounted on /, held by dm-0"
std::string users_text(const std::vector<PathUser>& users);

/// The reason why these paths cannot form one map: a different size, vendor or product. Paths that
/// did not answer are not compared; a size of 0 is unknown.
std::optional<std::string> reason_not_to_join(const std::vector<Path>& paths);

}  // namespace multipath
