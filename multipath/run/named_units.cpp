#include "multipath/run/named_units.h"

#include <string>
#include <system_error>

#include "multipath/discovery/enumerate.h"

namespace multipath {
namespace {

std::optional<dm::Description> map_named(dm::DeviceMapper& device_mapper, const Target& target) {
  if (target.number) return device_mapper.describe(*target.number);
  if (auto map = device_mapper.describe(target.word)) return map;
  const std::string uuid = std::string(map_uuid_prefix) + target.word;
  for (const dm::Device& device : device_mapper.list()) {
    if (device.uuid == uuid) return device_mapper.describe(device.name);
  }
  return std::nullopt;
}

bool add_unit(const Host& host, const Target& target, WantedUnits& wanted) {
  if (target.number && folder_of_disk(host.sys, *target.number)) {
    wanted.disks.insert(*target.number);
    return true;
  }
  const auto map = map_named(host.device_mapper, target);
  const auto wwid = map ? wwid_of_map_uuid(map->uuid) : Wwid::from_text(target.word);
  if (wwid) wanted.wwids.insert(*wwid);
  return wwid.has_value();
}

}  // namespace

std::optional<WantedUnits> units_named(const Host& host, const std::vector<Target>& targets) {
  WantedUnits wanted;
  try {
    for (const Target& target : targets) {
      if (!add_unit(host, target, wanted)) return std::nullopt;
    }
  } catch (const std::system_error&) {
    return std::nullopt;
  }
  return wanted;
}

}  // namespace multipath
