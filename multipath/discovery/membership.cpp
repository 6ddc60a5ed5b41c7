#include "multipath/discovery/membership.h"

#include <algorithm>
#include <utility>

#include "multipath/discovery/udev_identity.h"

namespace multipath {

Membership::Membership(const Host& host, std::span<const HardwareEntry> hardware,
                       const Configuration& configuration, const std::vector<CurrentMap>& maps)
    : host_(host), hardware_(hardware), blacklisted_(host) {
  options_.configuration = configuration;
  for (const CurrentMap& map : maps) {
    const auto wwid = wwid_of_map_uuid(map.uuid);
    if (!wwid) continue;
    for (const DeviceNumber number : path_numbers(map)) in_maps_[number].insert(*wwid);
  }
}

const std::set<Wwid>& Membership::maps_of(DeviceNumber device) const {
  static const std::set<Wwid> none;
  const auto found = in_maps_.find(device);
  return found == in_maps_.end() ? none : found->second;
}

std::set<Wwid> Membership::units_of(const std::set<DeviceNumber>& devices) const {
  std::set<Wwid> units;
  for (const DeviceNumber device : devices) {
    const std::set<Wwid>& of_device = maps_of(device);
    units.insert(of_device.begin(), of_device.end());
  }
  return units;
}

Membership::Recalled Membership::recall(Disk disk) const {
  recall_identity(host_.sys, hardware_, options_, disk);
  take_udev_identity(host_.udev, options_.configuration, disk);
  if (disk.path.wwid || !disk.path.excluded) return {std::move(disk.path.wwid), disk.path.excluded};
  // Never a path of a map, and yet one of its unit: see build_paths.cpp, add_users_of_excluded().
  auto path = blacklisted_.path(disk.path.number);
  return {path ? std::move(path->wwid) : std::nullopt, true};
}

void Membership::add_maps_of(const Wwid& recalled_wwid, const std::vector<CurrentMap>& maps,
                             const std::vector<Disk>& disks, std::set<Wwid>& units) const {
  for (const CurrentMap& map : maps) {
    const auto wwid = wwid_of_map_uuid(map.uuid);
    if (!wwid || *wwid == recalled_wwid) continue;
    const auto member = std::ranges::find_if(
        disks, [&](const Disk& disk) { return has_path(map, disk.path.number); });
    if (member != disks.end() && recalled(*member) == recalled_wwid) units.insert(*wwid);
  }
}

bool Membership::belongs(const Disk& disk, const std::set<Wwid>& units) const {
  const std::set<Wwid>& of_maps = maps_of(disk.path.number);
  if (!of_maps.empty())
    return std::ranges::any_of(of_maps, [&](const Wwid& wwid) { return units.contains(wwid); });
  const auto wwid = recalled(disk);
  return wwid && units.contains(*wwid);
}

}  // namespace multipath
