#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "multipath/host/host.h"

namespace multipath {

/// Where LVM keeps what its event activation has seen: pvs_online/<PV id>, vgs_online/<VG name>.
inline constexpr const char* pvs_online_directory = "/run/lvm/pvs_online";
inline constexpr const char* vgs_online_directory = "/run/lvm/vgs_online";

/// A file of pvs_online:
///   file := MAJOR:MINOR "\n" { line "\n" }
///   line := "vg:" NAME | ...
struct OnlinePv {
  std::string file;  ///< its name, the PV's id
  DeviceNumber device;
  std::optional<std::string> group;  ///< only a name that LVM itself would accept

  auto operator<=>(const OnlinePv&) const = default;
};

/// Nothing for a file that does not begin with a device's number.
std::optional<OnlinePv> parse_online_pv(const std::string& file, std::string_view text);

/// The paths below a map or a partition map, and the partitions of those paths.
struct PathsBelow {
  std::set<DeviceNumber> devices;
  /// A logical volume that lies on one of them, and not on the map: "vg0-data" on "sda".
  std::optional<std::string> volume;
};
PathsBelow paths_below(const SysTree& sys, DeviceNumber map);

/// Those of `online` that are on one of the devices, or on one that is not there any more.
std::vector<OnlinePv> seen_on(const SysTree& sys, const std::vector<OnlinePv>& online,
                              const std::set<DeviceNumber>& devices);

}  // namespace multipath
