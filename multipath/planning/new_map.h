#pragma once

#include <cstddef>
#include <string>

#include "multipath/planning/plan.h"

namespace multipath {

/// Whether to create a map for a unit without one (multipath.conf find_multipaths).
struct NewMapVerdict {
  bool gets_map = false;
  std::string reason;  ///< the fact examined, and the remedy if no map is created
};

/// Does a unit that the wwids file lacks get a map when it has two paths?
bool counts_paths(FindMultipaths mode);

NewMapVerdict judge_new_map(const Wwid& wwid, std::size_t paths, const PlanningOptions& options);

}  // namespace multipath
