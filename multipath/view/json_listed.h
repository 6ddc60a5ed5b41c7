#pragma once

#include <span>
#include <string>

#include "multipath/view/listed.h"

namespace multipath {

/// The documents of multipathd's `show maps json` and `show map NAME json`, which have keys of their
/// own (multipath-tools, libmultipath/print.c; libdmmp reads them): {"major_version", "minor_version",
/// "maps": [...]} or "map": {...}. Strings are escaped, which multipath-tools omits. `paths` has the
/// paths of the maps, in any order.
std::string json_of_listed_maps(std::span<const ListedMap> maps, std::span<const ListedPath> paths);
std::string json_of_listed_map(const ListedMap& map, std::span<const ListedPath> paths);

}  // namespace multipath
