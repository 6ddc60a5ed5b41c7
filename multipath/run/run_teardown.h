#pragma once

#include <chrono>

#include "multipath/command/context.h"
#include "multipath/command/exit_status.h"
#include "multipath/run/disk_locks.h"
#include "multipath/teardown/execution.h"

namespace multipath {

struct RunManner {
  std::chrono::milliseconds timeout{0};  ///< for all steps together; 0: each has its own alone
  bool json = false;
  HeldNameSpaces name_spaces = {};             ///< in which the steps unmount
  TeardownOptions teardown_options = {};       ///< of the plan
  std::chrono::milliseconds watch{2000};       ///< afterwards, for what comes back
  std::chrono::milliseconds patience{10'000};  ///< until the devices have to be free
};

/// Carries out a plan that nothing blocks: progress on stderr, then what was done, what was not and
/// what brings it back. The locks are let go of when the last step is done. The status is `done` only
/// when the devices were found free afterwards (final_look.h), whatever the steps came to.
ExitStatus run_teardown(Context& context, const HolderGraph& graph, const Teardown& teardown,
                        DiskLocks locks, RunManner manner);

}  // namespace multipath
