#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "libsg/device_identification.h"
#include "libsg/inquiry.h"
#include "libsg/target_port_groups.h"
#include "libsg/transport.h"

namespace multipath {

/// Asymmetric access as one path has it (SPC-5 5.16): asked once, for detection and priority.
struct AsymmetricAccess {
  /// As in INQUIRY; `none` also where the rest did not come, as in multipath-tools.
  scsi::Tpgs tpgs = scsi::Tpgs::none;
  std::optional<scsi::TargetPortGroup> group;  ///< that of the path's own port
  std::string text;                            ///< why there is none; empty for a unit without TPGS

  auto operator<=>(const AsymmetricAccess&) const = default;
};

/// The target port group of the port that page 0x83 came through.
std::optional<std::uint16_t> port_group_of(const scsi::DeviceIdentification& page);

/// REPORT TARGET PORT GROUPS, where INQUIRY reports that there are any.
AsymmetricAccess ask_asymmetric_access(scsi::LogicalUnit& unit, scsi::Tpgs tpgs,
                                       const scsi::DeviceIdentification& page,
                                       std::chrono::milliseconds limit);

}  // namespace multipath
