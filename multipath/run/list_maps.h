#pragma once

#include <span>
#include <string>
#include <vector>

#include "multipath/discovery/discover.h"
#include "multipath/model/native_nvme.h"
#include "multipath/model/topology.h"
#include "multipath/run/targets.h"

namespace multipath {

/// What a listing shows.
struct Listing {
  std::vector<Topology> maps;
  std::vector<CurrentMap> current;  ///< the same maps, as device-mapper has them
  std::vector<Path> paths;
  std::vector<Finding> findings;
  std::vector<std::string> unmatched;  ///< words of targets that no map answers to
  /// What the NVMe driver multipaths itself; with targets none, and none where enable_foreign says so.
  std::vector<NativeNamespace> native = {};
  std::vector<Finding> kept = {};  ///< what maps keep though configuration or paths say otherwise
};
Listing list_maps(const Host& host, const std::vector<Target>& targets, Depth depth,
                  const DiscoveryOptions& discovery_options,
                  ListedPaths listed = ListedPaths::of_maps);

/// The paths of the host, or those that targets mean.
struct PathListing {
  Discovery discovery;
  Words unmatched;  ///< words of targets that no path answers to
};
PathListing list_paths(const Host& host, const std::vector<Target>& targets,
                       const DiscoveryOptions& discovery_options);

/// The trouble of paths, as findings: a note for a path that is excluded.
std::vector<Finding> troubles_of(std::span<const Path> paths);

}  // namespace multipath
