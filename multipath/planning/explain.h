#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "multipath/model/explanation.h"
#include "multipath/planning/plan.h"

namespace multipath {

/// What a run found and would do: the very values that a plan is made of and the plan itself, so
/// that an explanation can not say other than the run does.
struct Evidence {
  std::span<const Path> paths;
  std::span<const CurrentMap> maps;
  const Plan& plan;
  const PlanningOptions& options;
  const std::map<DeviceNumber, std::vector<Decision>>& traces;  ///< of discovery
};

/// Of one path: its own decisions, and those on its unit. `subject` is how it was asked for.
Explanation explain_path(const std::string& subject, const Path& path, const Evidence& evidence);

/// Of a unit, with or without a map and paths: the decisions on each of its paths and on the whole.
Explanation explain_unit(const std::string& subject, const Wwid& wwid, const Evidence& evidence);

}  // namespace multipath
