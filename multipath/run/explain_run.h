#pragma once

#include <set>
#include <string>
#include <vector>

#include "multipath/config/configuration.h"
#include "multipath/discovery/identify.h"
#include "multipath/host/host.h"
#include "multipath/model/explanation.h"
#include "multipath/model/finding.h"
#include "multipath/planning/explain.h"
#include "multipath/run/plan_run.h"

namespace multipath {

/// Explains why disks, units and maps are multipathed, or why not, from one plan of the whole host.
class Explainer {
 public:
  /// Plans without device-mapper, too. The references have to outlive the explainer; the discovery
  /// has to keep traces.
  Explainer(const Host& host, const Configuration& configuration,
            const DiscoveryOptions& discovery_options);

  /// What a word names: a device, a map, a WWID, or nothing.
  Explanation explain(const std::string& word);

  /// The findings of the plan, without those on paths and maps that were not asked about.
  std::vector<Finding> findings() const;

 private:
  Evidence evidence() const;
  void ask_others(const Path& path);

  const Host& host_;
  const Configuration& configuration_;
  PlanningOptions planning_options_;
  PlanRun planned_;
  std::set<DeviceNumber> asked_;
};

}  // namespace multipath
