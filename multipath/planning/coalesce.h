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

/// The paths with one WWID, in the order of udev's enumeration.
using Units = std::map<Wwid, std::vector<Path>>;

/// Paths without a WWID are left out.
Units coalesce(std::span<const Path> paths);

/// The unit as the configuration asks about it: by its first path that answered, else by its last.
Subject subject_of_unit(const Wwid& wwid, const std::vector<Path>& paths);

/// Which of a unit's paths a map gets, and what was left out.
struct Selection {
  std::vector<Path> paths;
  std::vector<Finding> left_out;
};

/// Paths that `current` has stay, dead or not, so that they can come back. A new one must have
/// answered in this run, have a size, and be used by nobody: loading a table opens each path, and a
/// path that does not answer could hold up the whole map. A standby path need not have a size where
/// another path or the map has one. A unit of which any path is used gets no new map: what uses that
/// path and what came to use the map would overwrite each other's data.
Selection select_paths(std::vector<Path> paths, const CurrentMap* current);

/// Why these paths may not be joined: another size, vendor or product than the first one's. Silent
/// paths are not compared; a size of 0 is one that the path does not know.
std::optional<std::string> reason_not_to_join(const std::vector<Path>& paths);

}  // namespace multipath
