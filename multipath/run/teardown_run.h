#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "multipath/host/host.h"
#include "multipath/run/disk_locks.h"
#include "multipath/run/notices.h"
#include "multipath/run/still_in_use.h"
#include "multipath/teardown/execute.h"
#include "multipath/teardown/order.h"
#include "multipath/teardown/teardown.h"

namespace multipath {

/// Who may do what on this host.
struct TeardownRights {
  bool is_root = false;
  bool on_paper = false;  ///< a capture: neither claims nor directories can be verified
};

/// What stands on the devices, and how it is taken down.
struct TeardownPlan {
  HolderGraph graph;
  Teardown teardown;
};
/// Plans without changing anything. The blockers include tools that are missing, directories for
/// signatures that others may write to, and, where there is nothing to take down, claims of the
/// devices by unknown holders.
tl::expected<TeardownPlan, HolderCycle> plan_teardown_of(const Host& host,
                                                         const std::vector<std::string>& knames,
                                                         const TeardownOptions& options,
                                                         const TeardownRights& rights);

/// As plan_teardown_of(), but first waits, as lock_disks() does, for processes that have a disk of
/// the devices both open and locked: udevd and partitioning tools lock a disk while they work on
/// it. If a lock stays, the lock is the first blocker.
tl::expected<TeardownPlan, HolderCycle> plan_teardown_after_locks(
    Host& host, const std::vector<std::string>& knames, const TeardownOptions& options,
    const TeardownRights& rights, const Notices& notices);

/// What keeps the devices from being partitioned now; claims by unknown holders are asked for where
/// nothing else is in the way.
struct ClearCheck {
  HolderGraph graph;
  std::vector<Blocker> blockers;
};
ClearCheck check_clear(const Host& host, const std::vector<std::string>& knames, ShownFiles files,
                       const TeardownRights& rights);

/// The lock of the one run that takes stacks down. The error is what the process that has it wrote
/// about itself. Throws std::system_error when the lock file cannot be created.
inline constexpr const char* teardown_lock_path = "/run/multipath-clear-holders.lock";
tl::expected<std::unique_ptr<DeviceAccess::Lock>, std::string> lock_teardown(Host& host);

/// What has changed since the plan was made: the blockers that there are now, or one that says that
/// the steps are others.
std::vector<Blocker> changes_since(const Host& host, const std::vector<std::string>& knames,
                                   const TeardownOptions& options, const Teardown& planned);

struct TeardownManner {
  std::chrono::milliseconds timeout{0};        ///< for all steps together; 0: only each step's own
  OpenNameSpaces name_spaces = {};             ///< in which the steps unmount
  TeardownOptions teardown_options = {};       ///< of the plan
  std::chrono::milliseconds watch{2000};       ///< afterwards, for what comes back
  std::chrono::milliseconds patience{10'000};  ///< until the devices have to be free
  /// Number, of how many, what, and "" or what it waits for; the same wait is reported once.
  std::function<void(std::size_t, std::size_t, const Step&, const std::string&)> progress = {};
  std::function<bool()> interrupted = {};  ///< asked between steps
};

/// How a run ended.
enum class TeardownEnd : std::uint8_t { clear, still_in_use, failed, timed_out, came_back };

struct TeardownRun {
  TeardownResult result;
  std::vector<Blocker> left;  ///< what still uses the devices after all steps were done
  /// By steps that failed: what is in the way now, as a tool reports "busy" and not why.
  std::map<std::size_t, std::vector<Blocker>> in_the_way;
  TeardownEnd end = TeardownEnd::clear;
};

/// Carries out a plan that nothing blocks, and releases the locks after the last step. `end` is clear
/// only when the devices were found free afterwards (still_in_use.h), whatever the steps came to.
TeardownRun run_teardown(Host& host, const TeardownPlan& plan, DiskLocks locks,
                         TeardownManner manner);

}  // namespace multipath
