#include "multipath/daemon/kernel_maps.h"

#include <algorithm>

#include "multipath/host/current_maps.h"
#include "multipath/model/natural_order.h"

namespace multipath::daemon {

KernelMaps::Changes KernelMaps::read() {
  Changes changes;
  std::vector<dm::Device> devices = device_mapper_.list();
  // Before Linux 5.13 the list has no uuids, and each device is described.
  std::erase_if(devices, [](const dm::Device& device) {
    return device.uuid && !device.uuid->starts_with(map_uuid_prefix);
  });
  std::set<std::string> there;
  for (dm::Description& device : read_devices(device_mapper_, devices, changes.findings)) {
    if (!device.uuid.starts_with(map_uuid_prefix)) continue;
    there.insert(device.uuid);
    const auto before = descriptions_.find(device.uuid);
    if (before != descriptions_.end() && before->second == device) continue;
    auto map = read_map(device_mapper_, device, changes.findings);
    if (!map) continue;
    changes.seen.push_back(device.uuid);
    maps_.insert_or_assign(device.uuid, std::move(*map));
    const std::string uuid = device.uuid;
    descriptions_.insert_or_assign(uuid, std::move(device));
  }
  for (const auto& [uuid, map] : maps_)
    if (!there.contains(uuid)) changes.gone.push_back(uuid);
  for (const std::string& uuid : changes.gone) {
    maps_.erase(uuid);
    descriptions_.erase(uuid);
  }
  return changes;
}

bool KernelMaps::read_again(const std::string& uuid) {
  const auto found = maps_.find(uuid);
  if (found == maps_.end()) return false;
  std::vector<Finding> findings;
  const auto device = device_mapper_.describe(found->second.name);
  if (!device || device->uuid != uuid) return false;
  auto map = read_map(device_mapper_, *device, findings);
  if (!map) return false;
  found->second = std::move(*map);
  descriptions_.insert_or_assign(uuid, *device);
  return true;
}

std::vector<CurrentMap> KernelMaps::listed() const {
  std::vector<CurrentMap> maps;
  for (const auto& [uuid, map] : maps_) maps.push_back(map);
  std::ranges::sort(maps, NaturalLess{}, &CurrentMap::name);
  return maps;
}

}  // namespace multipath::daemon
