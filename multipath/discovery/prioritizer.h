#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "libsg/transport.h"
#include "multipath/config/settings.h"
#include "multipath/discovery/asymmetric_access.h"
#include "multipath/discovery/checker.h"
#include "multipath/discovery/target_node.h"
#include "multipath/model/scsi_address.h"

namespace multipath {

/// A path's priority, or why there is none. Larger is better, never below 0.
struct Prioritized {
  std::optional<int> priority;
  std::string text;  ///< what decided, or why nothing did; without a final dot

  auto operator<=>(const Prioritized&) const = default;
};

/// Time since some moment, always forward.
using Stopwatch = std::function<std::chrono::microseconds()>;
Stopwatch steady_clock();

/// What is known of a path when its priority is asked for.
struct PathFacts {
  std::string kname;
  ScsiAddress address;
  AsymmetricAccess access;
  std::optional<KernelAccessState> kernel_state;
  std::optional<std::string> serial;  ///< where weightedpath wants it
  std::string world_wide_names;       ///< and these: see there
};

/// A prioritizer, its arguments, and what decided on it.
struct EffectivePrioritizer {
  PrioritizerKind kind = PrioritizerKind::constant;
  std::string arguments;
  std::string text;

  auto operator<=>(const EffectivePrioritizer&) const = default;
};

/// With detect_prio and a unit that has TPGS: sysfs where the kernel keeps the access state (but
/// alua for an RDAC array whose TPGS are not explicit only: its firmware wants to be asked, and
/// balances its load by that), else alua; both without arguments, as in multipath-tools. Otherwise
/// the one that is set, but const where alua is set and the unit has no TPGS, and where the one
/// that is set is not available here: datacore, iet, ana.
EffectivePrioritizer effective_prioritizer(const DeviceSettings& settings, const PathFacts& facts,
                                           Rdac rdac);

/// Asks for a path's priority; each command may take `limit`. With multipath-tools' values:
///
///     const         1
///     alua, sysfs   50 active/optimized, 10 active/non-optimized, 5 LBA-dependent, 1 standby,
///                   else 0; 80 more when preferred and not already optimized, or, with the
///                   argument exclusive_pref_bit, when preferred at all
///     rdac          vendor page 0xc9: 2 owned + 4 preferred or 1 secondary + 8 I/O shipping
///     emc           vendor page 0xc0: 1 by the default owner, else 0
///     hp_sw         TEST UNIT READY: 4 ready, 2 for 02/04/02, else 0
///     ontap         4 FCP, 3 iSCSI adapter, 2 iSCSI in software, 1 FCP by the partner
///     hds           INQUIRY: 1 where the numbers of device and controller are both odd or both
///                   even, else 0
///     weightedpath  "hbtl|devname|serial|wwn" and pairs of expression and priority; the first that
///                   matches, else 0
///     path_latency  "io_num=20 base_num=10": how many times base_num fits into 100 s over the mean
///                   latency of io_num reads
///     random        1 to 10, and always the same for the same address: nothing that a run decides
///                   shall change with the next one
Prioritized prioritize(scsi::LogicalUnit& unit, const EffectivePrioritizer& prioritizer,
                       const PathFacts& facts, std::chrono::milliseconds limit,
                       const Stopwatch& clock = steady_clock());

/// Whether the one that is set looks at the serial number: that costs a question more.
bool wants_serial(const DeviceSettings& settings);

}  // namespace multipath
