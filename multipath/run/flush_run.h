#pragma once

#include <optional>
#include <string>
#include <vector>

#include "multipath/config/configuration.h"
#include "multipath/planning/apply_flush.h"
#include "multipath/run/targets.h"

namespace multipath {

/// How patiently maps are removed, and the configuration that decides whether a flushed map will
/// queue when it is created again.
struct FlushOptions {
  RemovalRetries patience;
  Configuration configuration = {};
};
/// `retries` of the command line, else remove_retries; without either a short while.
RemovalRetries patience_for(const std::optional<int>& retries, const Configuration& configuration);
struct Flushed {
  std::vector<FlushOutcome> outcomes;
  std::vector<Finding> findings;
  std::vector<Finding> unmatched;  ///< of each target that names no map; that of a path does not
};

/// Flushes the maps that targets name, or all unused maps. A word that is the name of a map means
/// that map alone, even if a path has the same name. The error of a busy map names its users. A map
/// is busy, too, while one of its paths is used past the map.
Flushed flush_maps(Host& host, const std::vector<Target>& targets, const FlushOptions& options);

}  // namespace multipath
