#include "multipath/run/named_map.h"

#include <algorithm>
#include <string>
#include <vector>

#include "multipath/host/current_maps.h"
#include "multipath/model/map_name.h"
#include "multipath/model/wwid.h"

namespace multipath {
namespace {

std::optional<dm::Description> describe_by_uuid(dm::DeviceMapper& device_mapper,
                                                const std::string& word) {
  const std::string uuid_of_wwid = std::string(map_uuid_prefix) + word;
  const auto fits = [&](const std::string& uuid) { return uuid == uuid_of_wwid || uuid == word; };
  for (const dm::Device& device : device_mapper.list()) {
    if (device.uuid && !fits(*device.uuid)) continue;
    auto description = device_mapper.describe(device.name);
    if (description && fits(description->uuid)) return description;
  }
  return std::nullopt;
}

}  // namespace

std::optional<dm::Description> find_device(dm::DeviceMapper& device_mapper, const Target& target) {
  auto found = target.number ? device_mapper.describe(*target.number) : std::nullopt;
  if (!found) found = device_mapper.describe(target.word);
  if (!found && mangled_name(target.word) != target.word)
    found = device_mapper.describe(mangled_name(target.word));
  if (!found && !target.number) found = describe_by_uuid(device_mapper, target.word);
  return found;
}

std::optional<CurrentMap> find_map(dm::DeviceMapper& device_mapper, const Target& target,
                                   std::vector<Finding>& findings) {
  if (const auto device = find_device(device_mapper, target))
    return read_map(device_mapper, *device, findings);
  if (!target.number) return std::nullopt;
  std::vector<CurrentMap> maps = read_maps(device_mapper, findings);
  const auto found =
      std::ranges::find_if(maps, [&](const CurrentMap& map) { return target.matches(map); });
  if (found == maps.end()) return std::nullopt;
  return std::move(*found);
}

}  // namespace multipath
