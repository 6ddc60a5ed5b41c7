#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include "multipath/discovery/enumerate.h"
#include "multipath/discovery/identify.h"
#include "multipath/discovery/unit_paths.h"
#include "multipath/host/host.h"
#include "multipath/model/map.h"

namespace multipath {

/// The units of disks, from the maps that contain them and the pages that the kernel cached:
/// no disk is queried.
class Membership {
 public:
  /// The references must outlive the object.
  Membership(const Host& host, std::span<const HardwareEntry> hardware,
             const Configuration& configuration, const std::vector<CurrentMap>& maps);

  /// The WWIDs of the maps that contain the device.
  const std::set<Wwid>& maps_of(DeviceNumber device) const;
  /// The same for several devices.
  std::set<Wwid> units_of(const std::set<DeviceNumber>& devices) const;

  /// What the kernel and udev have of a disk.
  struct Recalled {
    std::optional<Wwid> wwid;
    bool excluded = false;  ///< never a path; `wwid` is the unit that it is on nevertheless
  };
  Recalled recall(Disk disk) const;
  std::optional<Wwid> recalled(const Disk& disk) const { return recall(disk).wwid; }

  /// Adds the units of maps with another WWID that contain a disk with this recalled WWID.
  void add_maps_of(const Wwid& recalled_wwid, const std::vector<CurrentMap>& maps,
                   const std::vector<Disk>& disks, std::set<Wwid>& units) const;

  bool belongs(const Disk& disk, const std::set<Wwid>& units) const;

 private:
  const Host& host_;
  mutable SharedHardwareTable hardware_;
  mutable UnitRecall blacklisted_;
  DiscoveryOptions options_;
  std::map<DeviceNumber, std::set<Wwid>> in_maps_;
};

}  // namespace multipath
