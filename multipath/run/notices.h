#pragma once

#include <functional>

#include "multipath/model/finding.h"
#include "multipath/planning/apply.h"

namespace multipath {

/// What a run reports while it is at work; its results are what it returns. Each may be empty.
struct Notices {
  std::function<void(const Finding&)> finding = {};  ///< what went wrong beside the results
  Progress progress = {};                            ///< before each action of a plan

  void report(const Finding& what) const {
    if (finding) finding(what);
  }
};

}  // namespace multipath
