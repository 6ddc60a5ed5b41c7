#pragma once

#include <chrono>
#include <string>

#include "libsg/inquiry.h"
#include "libsg/transport.h"
#include "multipath/config/settings.h"
#include "multipath/model/path.h"

namespace multipath {

/// The result of a checker.
struct Checked {
  CheckerState state = CheckerState::undef;
  std::string text;  ///< reason without a final dot; empty if the path works

  auto operator<=>(const Checked&) const = default;
};

/// Checks a path whose kernel state is running. Each command has the time limit `limit`; the caller
/// limits the time of the whole check.
///
///     tur           TEST UNIT READY. RESERVATION CONFLICT is ready; 02/04/0b (standby) is ghost;
///                   02/04/0a (transition) is pending; 05/25/00 (logical unit not supported) is
///                   disconnected.
///     readsector0   READ of the first block, results as for tur. multipath-tools does not see the
///                   sense data of a read and reports a path in standby as faulty.
///     directio      as readsector0. multipath-tools reads with O_DIRECT to bypass the page cache.
///                   READ through SG_IO bypasses it as well, has its own time-out, and is not
///                   requeued by the block layer while the process sleeps uninterruptibly.
///     rdac          vendor page 0xc9: ready on the controller that owns the volume, ghost on the
///                   other. multipath-tools also sets the TAS bit by MODE SELECT; this checker
///                   writes nothing.
///     emc_clariion  vendor page 0xc0, then READ of the first block if this controller owns the
///                   unit; a passive path is ready. An inactive snapshot is detected on its active
///                   path only.
///     hp_sw         requires page 0x80, then is ghost if the unit is not ready. An undelivered
///                   command is faulty; multipath-tools reports ghost.
///     none          always ready: only the kernel's state counts.
Checked check(scsi::LogicalUnit& unit, CheckerKind kind, std::chrono::milliseconds limit);

/// The state of a path that is not queried, from the kernel's state of the device: running and live
/// are ready; blocked, quiesced, new and deleting are pending; other states are faulty.
CheckerState state_without_asking(DeviceState state);

/// The checker in use, and the reason.
struct EffectiveChecker {
  CheckerKind kind = CheckerKind::tur;
  std::string text;  ///< "the unit has target port groups, and detect_checker is on"

  auto operator<=>(const EffectiveChecker&) const = default;
};

/// Whether a unit belongs to an RDAC array: its page 0xc9 contains "vac1".
enum class Rdac : bool { no, yes };

/// Whether an array could be an RDAC array: not if a built-in row of the hardware table lists its
/// vendor and product and sets another checker than rdac, or none.
enum class MayBeRdac : bool { no, yes };

/// Queries page 0xc9 if detect_checker or detect_prio is set. Returns no without a query if neither
/// is set, or if the row or section of the unit sets another checker than rdac. If nothing
/// indicates rdac, page 0x00 is queried first: some units log an error for an unsupported page.
Rdac detect_rdac(scsi::LogicalUnit& unit, const DeviceSettings& settings, MayBeRdac may_be_rdac,
                 std::chrono::milliseconds limit);

/// With detect_checker: rdac for an RDAC array, tur for another unit with TPGS. Otherwise the
/// configured checker.
EffectiveChecker effective_checker(const DeviceSettings& settings, Rdac rdac, scsi::Tpgs tpgs);

}  // namespace multipath
