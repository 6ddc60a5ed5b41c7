#pragma once

#include <chrono>
#include <string>

#include "libsg/inquiry.h"
#include "libsg/transport.h"
#include "multipath/config/settings.h"
#include "multipath/model/path.h"

namespace multipath {

/// What a checker found.
struct Checked {
  CheckerState state = CheckerState::undef;
  std::string text;  ///< why, without a final dot; empty when all is well

  auto operator<=>(const Checked&) const = default;
};

/// Checks a path that the kernel has running; each command may take `limit`, so the caller, who has
/// a deadline for the path, bounds the whole.
///
///     tur           TEST UNIT READY. RESERVATION CONFLICT is a working path; 02/04/0b (standby) is
///                   ghost; 02/04/0a (transition) is pending; 05/25/00 (no such unit) is
///                   disconnected
///     readsector0   reads the first block, with the same meaning of the answers; multipath-tools sees
///                   no sense data of a read and calls a path in standby faulty
///     directio      the same. O_DIRECT proves that the medium answers and not the page cache; a
///                   READ through SG_IO passes no cache either, and unlike read(2) it has a
///                   time-out of its own, and is not queued again and again by the block layer
///                   below a process in D state
///     rdac          vendor page 0xc9: the controller that owns the volume is ready, the other one
///                   is ghost. (multipath-tools also sets the TAS bit by MODE SELECT. Nothing is
///                   written here.)
///     emc_clariion  vendor page 0xc0, then the first block where the unit is owned; a passive path
///                   is ready. (That all paths of an inactive snapshot are down is only seen on its
///                   active path.)
///     hp_sw         page 0x80 must come; then ghost when the unit is not ready. A command that is
///                   not delivered is faulty; multipath-tools reports ghost for it.
///     none          ready: the state in sysfs is all
Checked check(scsi::LogicalUnit& unit, CheckerKind kind, std::chrono::milliseconds limit);

/// The state of a path that is not asked, by the kernel's state of the device: running and live are
/// ready; blocked, quiesced, new and deleting are pending; all else is faulty.
CheckerState state_without_asking(DeviceState state);

/// Which checker is used, and what decided it.
struct EffectiveChecker {
  CheckerKind kind = CheckerKind::tur;
  std::string text;  ///< "the unit has TPGS, and detect_checker is on"

  auto operator<=>(const EffectiveChecker&) const = default;
};

/// Whether a unit is an RDAC array's, by page 0xc9 with "vac1" in it.
enum class Rdac : bool { no, yes };

/// Whether an array could be an RDAC array: not if a built-in row of the hardware table lists its
/// vendor and product and sets another checker than rdac, or none.
enum class MayBeRdac : bool { no, yes };

/// Asks for it, with detect_checker or detect_prio; else, or where the unit's own row or section
/// has another checker than rdac, the answer is no at once. Page 0x00 is asked first where nothing
/// indicates rdac: some units log a complaint about a page that they do not have.
Rdac detect_rdac(scsi::LogicalUnit& unit, const DeviceSettings& settings, MayBeRdac may_be_rdac,
                 std::chrono::milliseconds limit);

/// With detect_checker rdac for an RDAC array, else tur for a unit with TPGS; else the one that is
/// set.
EffectiveChecker effective_checker(const DeviceSettings& settings, Rdac rdac, scsi::Tpgs tpgs);

}  // namespace multipath
