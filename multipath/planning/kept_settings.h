#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "multipath/config/settings.h"
#include "multipath/model/finding.h"
#include "multipath/model/map.h"
#include "multipath/model/path.h"

namespace multipath {

struct Plan;

// Properties that an existing map keeps even if the configuration or the paths differ.

/// Reports that a map's queueing differs from no_path_retry. Queueing is also set at run time
/// (`multipath queue`), so runs do not change it. Ignores a map without a usable path whose
/// no_path_retry is a number: its retries may be used up.
std::optional<Finding> kept_queueing(const CurrentMap& map, const UnitSettings& settings);
/// The findings, those of kept_queueing() with the same setting as one: "gold, silver: ...".
std::vector<Finding> merge_kept_queueing(std::span<const Finding> findings);

/// May a run resize the map without `multipath resize`? An open map is never shrunk, whatever
/// auto_resize is: the data behind the new end would be lost.
bool may_resize_automatically(const CurrentMap& map, std::uint64_t size_sectors,
                              AutoResize setting);

/// Reports that the map keeps its size. `users` are the known users of the map: "mounted on /data".
Finding kept_size(const CurrentMap& map, std::uint64_t size_sectors,
                  const Setting<AutoResize>& setting, std::span<const std::string> users);

/// The common size of the map's paths that answered; empty if the sizes differ or are unknown.
std::optional<std::uint64_t> size_of_paths(const CurrentMap& map, std::span<const Path> paths);

/// Keeps the names and tables of existing maps, for runs with Configuration::last_resort(), which
/// has neither aliases nor policies. Reloads a map only to add a path, with the map's current name,
/// features and selector.
void keep_running_maps(Plan& plan);

}  // namespace multipath
