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

/// To which unit a disk belongs, by the pages that the kernel has of it and the built-in settings;
/// no I/O. Whatever a configuration blacklists: a unit may be in use through a path that is never
/// one of a map.
class UnitRecall {
 public:
  explicit UnitRecall(const Host& host);

  /// Of the disk with that number; nothing when it has no identity or is not a SCSI disk.
  std::optional<Path> path(DeviceNumber number);
  void recall(Disk& disk);

 private:
  const Host& host_;
  DiscoveryOptions questions_;
  SharedHardwareTable hardware_;
};

/// Knames of all paths of the unit that a disk or multipath map is: those of its map, and every
/// other disk with the identity, size, vendor and product of one of them. In natural order; the
/// device alone when it is neither.
std::vector<std::string> paths_of_unit(const Host& host, const std::string& kname);

/// Everything that stands on the devices `knames` and on the other paths of their units
/// (holders/graph.h).
HolderGraph discover_holders(const Host& host, const std::vector<std::string>& knames);

/// For each of the maps whose unit is used past the map, its user: "its path sdb is in use:
/// sdb2 is held by dm-1 (vg0-data)". By the maps' uuids.
std::map<std::string, std::string> uses_past_maps(const Host& host, const DeviceUsers& users,
                                                  std::span<const CurrentMap> maps);

/// "sda2 is mounted on /, sda3 is swap".
std::string to_string(std::span<const PathUser> users);

}  // namespace multipath
