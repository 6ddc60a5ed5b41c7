#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "multipath/config/settings.h"
#include "multipath/model/path.h"
#include "multipath/model/target_node.h"

namespace multipath {

/// A value to be written to a sysfs file.
struct SysfsWrite {
  std::string path;  ///< below /sys
  std::string value;
  Origin origin;  ///< of the setting

  auto operator<=>(const SysfsWrite&) const = default;
};

/// The limits of a path's transport, set before its map is loaded.
struct TransportLimits {
  /// In the order of writing: the kernel rejects a fast_io_fail_tmo that is not below dev_loss_tmo
  /// (drivers/scsi/scsi_transport_fc.c). A failed write does not affect the map: some host adapter
  /// drivers lack the limit.
  std::vector<SysfsWrite> writes;
  std::vector<std::string> remarks;  ///< settings that were adjusted or ignored, and why

  auto operator<=>(const TransportLimits&) const = default;
};

/// The limits that come from the path's map.
struct MapLimits {
  std::optional<NoPathRetry> no_path_retry = {};
  std::uint32_t polling_interval = 5;  ///< seconds
  /// queue/max_sectors_kb of the existing map. Its paths must keep this value, or the kernel would
  /// send them larger requests than they accept.
  std::optional<std::uint32_t> max_sectors_kb = {};
};

/// Computes eh_deadline, fast_io_fail_tmo, dev_loss_tmo and max_sectors_kb, if set and supported by
/// the transport (FC: all; iSCSI: fast_io_fail_tmo as recovery_tmo, at least 1 s; SAS: dev_loss_tmo
/// as I_T_nexus_loss_timeout). `attributes` are the current sysfs values by path; missing and
/// unchanged files are not written. As in multipath-tools:
///
/// - dev_loss_tmo is at least no_path_retry times polling_interval
/// - if fast_io_fail_tmo is off and the map does not queue forever, dev_loss_tmo is at most 600 s
/// - a fast_io_fail_tmo that is not below dev_loss_tmo is off
TransportLimits transport_limits(const DeviceSettings& settings, const MapLimits& map,
                                 const Path& path, std::string_view disk_folder,
                                 const TargetNode& target,
                                 const std::map<std::string, std::string>& attributes);

}  // namespace multipath
