#include "multipath/discovery/discover.h"

#include <algorithm>
#include <system_error>

#include <fmt/format.h>

#include "multipath/discovery/build_paths.h"
#include "multipath/discovery/membership.h"
#include "multipath/host/current_maps.h"

namespace multipath {

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
