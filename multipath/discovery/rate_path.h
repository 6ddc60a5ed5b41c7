#pragma once

#include <chrono>
#include <optional>

#include "libsg/device_identification.h"
#include "libsg/inquiry.h"
#include "libsg/transport.h"
#include "multipath/config/configuration.h"
#include "multipath/config/settings.h"
#include "multipath/discovery/checker.h"
#include "multipath/discovery/enumerate.h"
#include "multipath/discovery/prioritizer.h"
#include "multipath/host/sys_tree.h"

namespace multipath {

/// What sysfs knows of a path for its rating: read before the device is asked, and by value, as the
/// thread that asks may outlive everybody who waits.
struct KnownPath {
  std::string kname;
  ScsiAddress address;
  std::uint64_t size_sectors = 0;
  std::optional<KernelAccessState> kernel_state;
  std::optional<std::string> serial;  ///< from the kernel's cache
  std::string world_wide_names;  ///< of the target; this and the serial number only for weights

  auto operator<=>(const KnownPath&) const = default;
};
/// What only the prioritizer weightedpath looks at: serial number and names of the target.
enum class WeightFacts : std::uint8_t { leave, read };
/// Is that prioritizer anywhere in the configuration?
WeightFacts weight_facts_for(const Configuration& configuration);

/// No I/O to the device. One or two files where a device handler is attached, and up to eight for
/// weights: a host has thousands of paths, so nothing is read that is not used.
KnownPath know_path(const SysTree& sys, const Disk& disk, WeightFacts weight_facts);

/// How a path does: state and priority, and what decided on each.
struct Rating {
  EffectiveChecker checker;
  Checked checked;
  EffectivePrioritizer prioritizer;
  Prioritized prioritized;
  AsymmetricAccess access;

  auto operator<=>(const Rating&) const = default;
};

/// Asks a unit that has answered INQUIRY (and page 0x83, where it has one) for its target port
/// group, its state and its priority, as its settings say. A path whose state is faulty is not
/// asked for a priority that needs a command more; a ready one of no size is ghost, as in
/// multipath-tools.
Rating rate_path(scsi::LogicalUnit& unit, const DeviceSettings& settings,
                 const scsi::StandardInquiry& inquiry, MayBeRdac may_be_rdac,
                 const std::optional<scsi::DeviceIdentification>& page, const KnownPath& known,
                 std::chrono::milliseconds limit, const Stopwatch& clock = steady_clock());

}  // namespace multipath
