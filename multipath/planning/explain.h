#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "multipath/model/explanation.h"
#include "multipath/planning/plan.h"

namespace multipath {

/// The input of a plan and the plan itself, so that an explanation cannot contradict the run.
struct Evidence {
  std::span<const Path> paths;
  std::span<const CurrentMap> maps;
  const Plan& plan;
  const PlanningOptions& options;
  const std::map<DeviceNumber, std::vector<Decision>>& traces;  ///< from discovery
};

/// Explains the decisions on a path and on its unit. `subject` is the device as the user named it.
Explanation explain_path(const std::string& subject, const Path& path, const Evidence& evidence);

/// Explains the decisions on a unit and on each of its paths. The unit may have no map or no path.
Explanation explain_unit(const std::string& subject, const Wwid& wwid, const Evidence& evidence);

}  // namespace multipath
