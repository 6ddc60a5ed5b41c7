#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "multipath/config/configuration.h"
#include "multipath/discovery/identify.h"
#include "multipath/host/host.h"
#include "multipath/model/finding.h"
#include "multipath/model/map.h"
#include "multipath/model/path.h"
#include "multipath/planning/retry_count.h"
#include "multipath/run/notices.h"
#include "multipath/run/targets.h"

namespace multipath {

/// What became of one map's paths that were out of use.
struct Restored {
  std::string map;
  std::size_t silent = 0;           ///< paths that are out of use and do not work yet
  std::size_t failures = 0;         ///< paths that work but stay out of use; a finding each
  bool has_path = false;            ///< a path of the map is in use now
  std::set<DeviceNumber> back;      ///< paths that are in use again
  std::vector<std::string> knames;  ///< of `back`
  std::vector<Finding> findings;
};

/// Puts the paths of a map that work, and that device-mapper took out of use, into use again. A path
/// stays out of use when the kernel refuses it, and, with recheck_wwid, when it identifies as
/// another unit now.
Restored restore_paths(Host& host, const Configuration& configuration, const CurrentMap& map,
                       std::span<const Path> paths, const Notices& notices);

/// One look at maps and paths.
struct RestoreRound {
  std::vector<Restored> maps;
  std::vector<std::string> regrouped;  ///< maps whose paths went back into their groups
  std::vector<Finding> findings;
  Words unmatched;          ///< words of targets that name no map
  std::size_t silent = 0;   ///< paths that are out of use and do not work yet
  std::size_t pending = 0;  ///< maps for which no_path_retry still counts
  std::size_t failures = 0;
};

/// Restores paths, and counts the checks of maps without a path until no_path_retry ends their
/// queueing.
class RestoreRun {
 public:
  /// The references have to outlive the run.
  RestoreRun(Host& host, const Configuration& configuration,
             const DiscoveryOptions& discovery_options, const std::vector<Target>& targets,
             const Notices& notices)
      : host_(host),
        configuration_(configuration),
        discovery_options_(discovery_options),
        targets_(targets),
        notices_(notices) {}

  /// Looks once.
  RestoreRound once();

  /// Looks every polling_interval, and then less often, until every path of the maps is in use or
  /// gone and no_path_retry is done with all maps, or the maps are gone. `seen` gets each round.
  /// Returns the last one.
  RestoreRound watch(const std::function<void(const RestoreRound&)>& seen);

 private:
  NoPathRetry retry_of(const CurrentMap& map, const std::vector<Path>& paths);
  void count_down(const CurrentMap& map, const NoPathRetry& retry, bool has_path);
  void regroup(const std::set<DeviceNumber>& back, RestoreRound& round);

  Host& host_;
  const Configuration& configuration_;
  const DiscoveryOptions& discovery_options_;
  const std::vector<Target>& targets_;
  const Notices& notices_;
  RetryCount retries_;
  /// By the maps' uuids: once the last path is gone, nothing tells any more which product a unit is.
  std::map<std::string, NoPathRetry> settings_;
};

}  // namespace multipath
