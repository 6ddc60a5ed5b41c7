#pragma once

#include <cstddef>
#include <string>

#include "multipath/planning/plan.h"

namespace multipath {

/// Does a unit that has no map get one (multipath.conf find_multipaths)?
struct NewMapVerdict {
  bool gets_one = false;
  std::string reason;  ///< with the fact that was looked at, and the remedy where it gets none
};

NewMapVerdict judge_new_map(const Wwid& wwid, std::size_t paths, const PlanningOptions& options);

}  // namespace multipath
