#pragma once

#include <string>
#include <vector>

#include "multipath/discovery/identify.h"
#include "multipath/host/host.h"
#include "multipath/model/map.h"
#include "multipath/run/notices.h"
#include "multipath/run/plan_run.h"

namespace multipath {

/// What became of one map that was to be changed.
struct MapRun {
  std::vector<Outcome> outcomes;
  std::vector<Finding> findings;
};

/// Gives a map the size of its paths, when all of them agree on it.
MapRun resize_map(Host& host, const DiscoveryOptions& discovery_options, const CurrentMap& map,
                  const Notices& notices);

/// Gives a map of unit `wwid` and its partition maps another name, and changes nothing else of it.
MapRun rename_map(Host& host, const DiscoveryOptions& discovery_options, const CurrentMap& map,
                  const Wwid& wwid, const std::string& name, const Notices& notices);

}  // namespace multipath
