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

/// Explains why disks, units and maps are multipathed, or why not, from one plan.
class Explainer {
 public:
  /// Plans without device-mapper, too. If all `words` name disks, maps and units that can be planned
  /// alone with the same result (plan_selected_units()), only these are planned; else, and without
  /// words, the whole host. The references must outlive the explainer; `discovery_options` must
  /// record decisions.
  Explainer(const Host& host, const Configuration& configuration,
            const DiscoveryOptions& discovery_options, const std::vector<std::string>& words = {});

  /// What a word names: a device, a map, a WWID, or nothing. One of the constructor's words, if there
  /// were any.
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
