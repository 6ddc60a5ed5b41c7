#pragma once

#include <map>
#include <span>
#include <vector>

#include "multipath/discovery/enumerate.h"
#include "multipath/discovery/identify.h"
#include "multipath/host/host.h"
#include "multipath/model/decision.h"
#include "multipath/model/map.h"

namespace multipath {

/// How much the devices themselves are asked.
enum class Depth : std::uint8_t {
  recall,  ///< nothing: sysfs and device-mapper only, so that no dead path can be touched
  ask,     ///< identity, checker and priority
};

/// Makes paths of disks, step by step: each step needs what the steps before it found.
///
///     describe   sysfs and udev: size, state, sg node, device handler, protocol, users
///     ask        the devices, all at the same time: identity, state, priority; the kernel's cached
///                pages for a device that does not answer
///     identify   by udev's property where the configuration wants that, by a live map of the unit
///     complete   users of the unit through other disks, the map of a path without an identity
///
/// `maps` are the host's, and outlive the builder.
class PathBuilder {
 public:
  PathBuilder(const Host& host, std::span<const HardwareEntry> hardware,
              const DiscoveryOptions& discovery_options, const std::vector<CurrentMap>& maps);

  /// All that planning needs to know. Adds the decisions on each disk to `traces` where the options
  /// want them recorded.
  std::vector<Path> for_plan(std::vector<Disk> disks,
                             std::map<DeviceNumber, std::vector<Decision>>& traces) const;

  /// What a listing of maps shows.
  std::vector<Path> for_listing(std::vector<Disk> disks, Depth depth) const;

 private:
  void describe_for_plan(std::vector<Disk>& disks) const;
  void ask(const DiscoveryOptions& asked, std::vector<Disk>& disks) const;

  const Host& host_;
  std::span<const HardwareEntry> hardware_;
  const DiscoveryOptions& options_;
  const std::vector<CurrentMap>& maps_;
};

}  // namespace multipath
