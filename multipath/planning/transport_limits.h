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

/// A value that a file of sysfs should get.
struct SysfsWrite {
  std::string path;  ///< below /sys
  std::string value;
  Origin origin;  ///< of the setting that wants it

  auto operator<=>(const SysfsWrite&) const = default;
};

/// What a path's transport is to be told when its map is loaded.
struct TransportLimits {
  /// In the order in which they must be written: the kernel refuses a fast_io_fail_tmo that is not
  /// below dev_loss_tmo (drivers/scsi/scsi_transport_fc.c). A write may fail where another host
  /// adapter's driver has no such limit; the map is good without it.
  std::vector<SysfsWrite> writes;
  std::vector<std::string> remarks;  ///< each setting that is not obeyed as it stands, and why

  auto operator<=>(const TransportLimits&) const = default;
};

/// What holds for the path's map.
struct MapLimits {
  std::optional<NoPathRetry> no_path_retry = {};
  std::uint32_t polling_interval = 5;  ///< seconds
  /// queue/max_sectors_kb of the map, when there is one already: its paths are kept to that, or the
  /// kernel would send them more than they take.
  std::optional<std::uint32_t> max_sectors_kb = {};
};

/// eh_deadline, fast_io_fail_tmo and dev_loss_tmo, and max_sectors_kb, as far as they are set and the
/// transport has them (FC: all; iSCSI: fast_io_fail_tmo, there recovery_tmo, from 1 s on; SAS:
/// dev_loss_tmo, there I_T_nexus_loss_timeout). `attributes` is what sysfs has now, by path; a file that is
/// not there or has the value is not written. As in multipath-tools, dev_loss_tmo is no less than
/// no_path_retry times polling_interval, no more than 600 s while fast_io_fail_tmo is off and
/// nothing queues for ever, and a fast_io_fail_tmo that is not less than it is off.
TransportLimits transport_limits(const DeviceSettings& settings, const MapLimits& map,
                                 const Path& path, std::string_view disk_folder,
                                 const TargetNode& target,
                                 const std::map<std::string, std::string>& attributes);

}  // namespace multipath
