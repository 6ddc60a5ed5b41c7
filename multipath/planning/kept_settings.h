#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "multipath/config/settings.h"
#include "multipath/model/finding.h"
#include "multipath/model/map.h"
#include "multipath/model/path.h"

namespace multipath {

// What a map that exists keeps, although the configuration or its paths say otherwise.

/// Whether a map waits or fails without a path is also set at run time (`multipath queue`), so a run
/// leaves it as it is. The finding names the difference and the remedy; nothing when there is none.
/// A map without a working path whose no_path_retry is a number may fail: its time was up.
std::optional<Finding> kept_queueing(const CurrentMap& map, const UnitSettings& settings);

/// May a run that was not asked to resize give a map this size? Never a smaller one while somebody
/// has the map open, whatever auto_resize says: what lies behind the new end would be lost.
bool may_resize_in_passing(const CurrentMap& map, std::uint64_t size_sectors, AutoResize setting);

/// Says that the map keeps its size, why, and the remedy. `users` are who has it open, as far as is
/// known: "mounted on /data".
Finding kept_size(const CurrentMap& map, std::uint64_t size_sectors,
                  const Setting<AutoResize>& setting, std::span<const std::string> users);

/// The size on which all paths of the map that answered agree; nothing where they differ or none
/// has one.
std::optional<std::uint64_t> size_of_paths(const CurrentMap& map, std::span<const Path> paths);

}  // namespace multipath
