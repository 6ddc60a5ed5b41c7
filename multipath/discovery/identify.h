#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
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

/// Which disks are asked for their state and priority.
enum class StateOf : std::uint8_t {
  identified,  ///< those that have a WWID: others get into no map
  all,         ///< also those without, which another program may have put into a map
};

/// Which questions a run needs.
struct DiscoveryOptions {
  std::optional<Whitelist> whitelist = std::nullopt;  ///< for the plan, whatever is configured
  std::chrono::milliseconds deadline{5000};           ///< for each device, and so for all
  StateOf state_of = StateOf::identified;
  std::optional<PathGroupingPolicy> policy =
      std::nullopt;                  ///< of all units, whatever is configured
  Configuration configuration = {};  ///< blacklist, and how to check and rate a path
  Telling telling = Telling::no;     ///< of each disk's story
};

/// checker_timeout, at most an hour; without it (or with 0) that of DiscoveryOptions.
std::chrono::milliseconds device_deadline(const Configuration& configuration);

/// The hardware table for questions that are asked at the same time.
class SharedHardwareTable {
 public:
  explicit SharedHardwareTable(std::span<const HardwareEntry> entries) : table_(entries) {}
  const HardwareEntry* find(const std::string& vendor, const std::string& product) {
    const std::lock_guard lock(mutex_);
    return table_.find(vendor, product);
  }

 private:
  std::mutex mutex_;
  HardwareTable table_;
};

/// Asks every SCSI disk who it is and how it does (INQUIRY, page 0x83 or 0x80, TEST UNIT READY, REPORT
/// TARGET PORT GROUPS where the unit has any), all at the same time, and completes the paths. A
/// disk that can not be asked or does not answer gets `trouble`, and its identity from the page
/// that the kernel cached when it found the disk.
///
/// `transport` must live as long as the process: see ask_in_parallel.
void identify(const SysTree& sys, scsi::Transport& transport,
              std::span<const HardwareEntry> hardware, const DiscoveryOptions& discovery_options,
              std::vector<ScsiDisk>& disks);

/// The property of udev that names a unit: "ID_SERIAL", "ID_WWN", "ID_UID".
const char* usual_property(Bus bus);

/// What the blacklist says of a disk by what the host knows of it: properties, name, protocol.
std::optional<Verdict> refusal_before_asking(const Blacklist& blacklist, ScsiDisk& disk);

/// Identity and blacklist's verdict from what the kernel knows of a disk; no I/O. Trouble says why there
/// is no identity, where the disk has no trouble yet.
void recall_identity(const SysTree& sys, SharedHardwareTable& hardware,
                     const DiscoveryOptions& discovery_options, ScsiDisk& disk);

/// Vendor, product and revision from the INQUIRY data that the kernel cached; no I/O.
void recall_inquiry(const SysTree& sys, ScsiDisk& disk);

}  // namespace multipath
