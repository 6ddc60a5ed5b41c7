#pragma once

#include <vector>

#include "multipath/config/configuration.h"
#include "multipath/discovery/identify.h"
#include "multipath/host/host.h"
#include "multipath/run/notices.h"
#include "multipath/run/plan_run.h"

namespace multipath {

/// Creates the maps that the configuration wants. Comes first: an array or a volume group that is
/// assembled from single paths keeps the map away. Throws std::system_error without device-mapper.
struct MadeMaps {
  PlanRun planned;
  std::vector<Outcome> outcomes;
};
MadeMaps make_maps(Host& host, const Configuration& configuration,
                   const DiscoveryOptions& discovery_options, const Notices& notices);

/// Assembles arrays, loads the module of bcache and activates volume groups, so that what is on the
/// disks can be seen. Reports each tool that is run, and each that fails; skips tools that the host
/// does not have. The only part of clear-holders that activates anything.
void activate_stacks(Host& host, const Notices& notices);

}  // namespace multipath
