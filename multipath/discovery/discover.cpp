#include "multipath/discovery/discover.h"

#include <algorithm>
#include <system_error>

#include <fmt/format.h>

#include "multipath/config/configuration.h"
#include "multipath/discovery/build_paths.h"
#include "multipath/discovery/map_identity.h"
#include "multipath/discovery/udev_identity.h"
#include "multipath/discovery/unit_paths.h"
#include "multipath/host/current_maps.h"
#include "multipath/model/natural_order.h"

namespace multipath {
namespace {

void read_device_mapper(dm::DeviceMapper& device_mapper, NeedDeviceMapper need,
                        Discovery& discovery) {
  try {
    for (dm::Description& description : read_all_devices(device_mapper, discovery.findings)) {
      if (!description.uuid.starts_with(map_uuid_prefix)) {
        discovery.other_devices.push_back(std::move(description));
      } else if (auto map = read_map(device_mapper, description, discovery.findings)) {
        discovery.maps.push_back(std::move(*map));
      }
    }
  } catch (const std::system_error& error) {
    if (need == NeedDeviceMapper::yes) throw;
    discovery.findings.push_back({Finding::Severity::note, "device-mapper",
                                  fmt::format("{}; continuing without maps", error.what())});
  }
}

/// To which units disks belong, without asking them.
class Membership {
 public:
  Membership(const Host& host, std::span<const HardwareEntry> hardware,
             const Configuration& configuration, const std::vector<CurrentMap>& maps)
      : host_(host), hardware_(hardware), blacklisted_(host) {
    questions_.configuration = configuration;
    for (const CurrentMap& map : maps) {
      const auto wwid = wwid_of_map_uuid(map.uuid);
      if (!wwid) continue;
      for (const DeviceNumber number : path_numbers(map)) in_maps_[number].insert(*wwid);
    }
  }

  /// By the maps that have the devices.
  std::set<Wwid> units_of(const std::set<DeviceNumber>& devices) const {
    std::set<Wwid> units;
    for (const DeviceNumber device : devices) {
      const auto found = in_maps_.find(device);
      if (found != in_maps_.end()) units.insert(found->second.begin(), found->second.end());
    }
    return units;
  }

  /// By what the kernel and udev have of the disk.
  std::optional<Wwid> recalled(Disk disk) const {
    recall_identity(host_.sys, hardware_, questions_, disk);
    take_udev_identity(host_.udev, questions_.configuration, disk);
    if (disk.path.wwid || !disk.path.excluded) return disk.path.wwid;
    // Never a path of a map, and yet one of its unit: see build_paths.cpp, add_users_of_excluded().
    const auto path = blacklisted_.path(disk.path.number);
    return path ? path->wwid : std::nullopt;
  }

  /// A unit whose map goes by another WWID: the maps that have a disk of the same recalled one.
  void add_maps_of(const Wwid& recalled_wwid, const std::vector<CurrentMap>& maps,
                   const std::vector<Disk>& disks, std::set<Wwid>& units) const {
    for (const CurrentMap& map : maps) {
      const auto wwid = wwid_of_map_uuid(map.uuid);
      if (!wwid || *wwid == recalled_wwid) continue;
      const auto member = std::ranges::find_if(
          disks, [&](const Disk& disk) { return has_path(map, disk.path.number); });
      if (member != disks.end() && recalled(*member) == recalled_wwid) units.insert(*wwid);
    }
  }

  bool belongs(const Disk& disk, const std::set<Wwid>& units) const {
    const auto found = in_maps_.find(disk.path.number);
    if (found != in_maps_.end()) {
      return std::ranges::any_of(found->second,
                                 [&](const Wwid& wwid) { return units.contains(wwid); });
    }
    const auto wwid = recalled(disk);
    return wwid && units.contains(*wwid);
  }

 private:
  const Host& host_;
  mutable SharedHardwareTable hardware_;
  mutable UnitRecall blacklisted_;
  DiscoveryOptions questions_;
  std::map<DeviceNumber, std::set<Wwid>> in_maps_;
};

}  // namespace

Discovery discover(const Host& host, std::span<const HardwareEntry> hardware,
                   const DiscoveryOptions& discovery_options, NeedDeviceMapper need_device_mapper) {
  Discovery discovery;
  read_device_mapper(host.device_mapper, need_device_mapper, discovery);
  const PathBuilder builder(host, hardware, discovery_options, discovery.maps);
  discovery.paths = builder.for_plan(enumerate_disks(host.sys, std::nullopt), discovery.traces);
  return discovery;
}

Discovery discover_units_of(const Host& host, std::span<const HardwareEntry> hardware,
                            const DiscoveryOptions& discovery_options,
                            const std::set<DeviceNumber>& devices) {
  Discovery discovery;
  read_device_mapper(host.device_mapper, NeedDeviceMapper::yes, discovery);
  std::vector<Disk> disks = enumerate_disks(host.sys, std::nullopt);
  const Membership members(host, hardware, discovery_options.configuration, discovery.maps);
  std::set<Wwid> units = members.units_of(devices);
  for (const Disk& disk : disks) {
    if (!devices.contains(disk.path.number)) continue;
    const auto wwid = members.recalled(disk);
    if (!wwid) continue;
    units.insert(*wwid);
    if (std::ranges::find(discovery.maps, map_uuid(*wwid), &CurrentMap::uuid) ==
        discovery.maps.end())
      members.add_maps_of(*wwid, discovery.maps, disks, units);
  }
  std::erase_if(disks, [&](const Disk& disk) {
    return !devices.contains(disk.path.number) && !members.belongs(disk, units);
  });
  const PathBuilder builder(host, hardware, discovery_options, discovery.maps);
  discovery.paths = builder.for_plan(std::move(disks), discovery.traces);
  return discovery;
}

Discovery discover_maps(const Host& host, std::span<const HardwareEntry> hardware,
                        const DiscoveryOptions& discovery_options, Depth depth,
                        const std::function<bool(const CurrentMap&)>& wanted, ListedPaths listed) {
  Discovery discovery;
  std::set<DeviceNumber> numbers;
  for (CurrentMap& map : read_maps(host.device_mapper, discovery.findings)) {
    if (!wanted(map)) continue;
    numbers.merge(path_numbers(map));
    discovery.maps.push_back(std::move(map));
  }
  std::vector<Disk> disks =
      enumerate_disks(host.sys, listed == ListedPaths::all ? std::nullopt : std::optional(numbers));
  const PathBuilder builder(host, hardware, discovery_options, discovery.maps);
  discovery.paths = builder.for_listing(std::move(disks), depth);
  return discovery;
}

}  // namespace multipath
