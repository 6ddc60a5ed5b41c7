#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "multipath/discovery/identify.h"
#include "multipath/holders/device_users.h"
#include "multipath/holders/graph.h"
#include "multipath/host/host.h"
#include "multipath/model/map.h"

namespace multipath {

/// Determines the unit of a disk from the pages that the kernel cached and the built-in settings;
/// no I/O. Ignores the blacklist of the configuration: a unit may be in use through a blacklisted
/// path.
class UnitRecall {
 public:
  explicit UnitRecall(const Host& host);

  /// Returns the disk with that number; nothing if it has no identity or cannot be a path.
  std::optional<Path> path(DeviceNumber number);
  void recall(Disk& disk);

 private:
  const Host& host_;
  DiscoveryOptions options_;
  SharedHardwareTable hardware_;
};

/// Returns the knames of all paths of the unit of a disk or multipath map, in natural order: the
/// paths of its map, and all disks with the identity, size, vendor and product of such a path. Any
/// other device is returned alone.
std::vector<std::string> paths_of_unit(const Host& host, const std::string& kname);

/// Returns everything that uses the devices `knames` or the other paths of their units
/// (holders/graph.h).
HolderGraph discover_holders(const Host& host, const std::vector<std::string>& knames);

/// Returns, by map uuid, who uses a unit directly and not through its map: "its path sdb is in use:
/// sdb2 is held by dm-1 (vg0-data)".
std::map<std::string, std::string> uses_past_maps(const Host& host, const DeviceUsers& users,
                                                  std::span<const CurrentMap> maps);

/// "sda2 is mounted on /, sda3 is swap".
std::string to_string(std::span<const PathUser> users);

}  // namespace multipath
