#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "multipath/config/diagnostic.h"
#include "multipath/model/finding.h"
#include "multipath/view/row_format.h"

namespace multipath {

// JSON of the commands that change a map in place, the wwids file, or check the configuration; in the
// form of multipath/view/json.h.

/// A change that a command requested of a map, or of a path in a map.
struct RequestedChange {
  std::string action;      ///< "queue on", "queue off", "fail", "reinstate", "switchgroup"
  std::string map;         ///< its name
  std::string path = {};   ///< kernel name; empty if the map was changed
  std::string error = {};  ///< empty if it succeeded
};
/// {"schema_version", "changed": [{"action", "map", "path", "error"}...], "findings"}
std::string json_of_requested(std::span<const RequestedChange> changes,
                              std::span<const Finding> findings);

/// A unit of the wwids file.
struct WwidRecord {
  std::string wwid;
  std::string result;  ///< "added", "removed", "not listed", "kept"
};
/// {"schema_version", "wwids": [{"wwid", "result"}...], "findings"}
std::string json_of_wwids(std::span<const WwidRecord> wwids);

/// A map whose paths are in use again.
struct RestoredMap {
  std::string name;
  std::vector<std::string> paths;  ///< kernel names
  bool regrouped = false;
};
/// {"schema_version", "restored": [{"map", "paths", "regrouped"}...], "findings"}
std::string json_of_restored(std::span<const RestoredMap> maps, std::span<const Finding> findings);

/// {"schema_version", "mistakes": [{"file", "line", "column", "severity", "text", "nearest"}...],
/// "differences", "findings"}. "differences", from multipath-tools, are omitted unless requested.
std::string json_of_review(const Diagnostics& mistakes,
                           const std::optional<Diagnostics>& differences);

/// {"schema_version", "wildcards": [{"subject", "wildcard", "name"}...], "findings"}
std::string json_of_wildcards(std::span<const Wildcard> maps, std::span<const Wildcard> paths);

/// {"schema_version", "findings": [...]}: of a command that found nothing to work on.
std::string json_of_failure(std::span<const Finding> findings);

}  // namespace multipath
