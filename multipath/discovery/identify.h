#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libsg/ask.h"
#include "libsg/transport.h"
#include "multipath/config/configuration.h"
#include "multipath/config/hardware_table.h"
#include "multipath/discovery/decision_trace.h"
#include "multipath/discovery/enumerate.h"
#include "multipath/host/sys_tree.h"

namespace multipath {

/// Which disks are asked for state and priority.
enum class StateOf : std::uint8_t {
  identified,  ///< disks with a WWID: others get into no map
  all,         ///< also disks without one, which another program may have put into a map
};

/// What a run asks of disks.
struct DiscoveryOptions {
  // What the command line sets, whatever is configured.
  std::optional<Whitelist> whitelist = std::nullopt;
  std::optional<PathGroupingPolicy> policy = std::nullopt;  ///< of all units
  std::optional<std::chrono::milliseconds> deadline = std::nullopt;

  StateOf state_of = StateOf::identified;
  Tracing tracing = Tracing::no;     ///< of the decisions on each disk
  Configuration configuration = {};  ///< everything else
};

/// Why a device in that kernel state takes no I/O, with the remedy.
std::string trouble_of_state(const Path& path);

/// The time in which each device, and so all of them, must answer: checker_timeout; 5 seconds if it
/// is unset or 0.
std::chrono::milliseconds device_deadline(const Configuration& configuration);
/// The same, or that of the command line.
std::chrono::milliseconds deadline_of(const DiscoveryOptions& discovery_options);

/// Asks all SCSI disks at the same time for identity, state and priority (INQUIRY, page 0x83 or 0x80,
/// TEST UNIT READY, REPORT TARGET PORT GROUPS where the unit has any) and completes their paths. A
/// disk that cannot be asked or does not answer gets `trouble`, and its identity from the page that
/// the kernel cached when it found the disk.
///
/// `transport` must live as long as the process: see ask_in_parallel.
void identify(const SysTree& sys, scsi::Transport& transport,
              std::span<const HardwareEntry> hardware, const DiscoveryOptions& discovery_options,
              std::vector<Disk>& disks);

/// The property of udev that names a unit: "ID_SERIAL", "ID_WWN", "ID_UID".
const char* usual_property(Bus bus);

/// The blacklist's verdict by udev's properties, name and protocol of a disk, where it refuses.
std::optional<Verdict> refusal_before_asking(const Blacklist& blacklist, Disk& disk);

/// Identity and blacklist's verdict by what the kernel knows of a disk; no I/O. Without an identity,
/// `trouble` gets the reason unless it has one.
void recall_identity(const SysTree& sys, SharedHardwareTable& hardware,
                     const DiscoveryOptions& discovery_options, Disk& disk);

/// Vendor, product and revision from the INQUIRY data that the kernel cached; no I/O.
void recall_inquiry(const SysTree& sys, Disk& disk);

}  // namespace multipath
