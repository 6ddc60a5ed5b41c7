#include "multipath/host/current_maps.h"

#include <algorithm>
#include <system_error>

#include <fmt/format.h>

#include "multipath/model/natural_order.h"
#include "multipath/model/wwid.h"

namespace multipath {
namespace {

CurrentMap from_description(const dm::Description& description) {
  CurrentMap map;
  map.name = description.name;
  map.uuid = description.uuid;
  map.number = description.number;
  map.read_only = description.read_only;
  map.suspended = description.suspended;
  map.open_count = description.open_count;
  map.has_live_table = description.live_table;
  map.has_inactive_table = description.inactive_table;
  return map;
}

void warn(std::vector<Finding>& findings, const std::string& map, std::string text) {
  findings.push_back({Finding::Severity::warning, map, std::move(text)});
}

/// Reads table and status. Returns false if this program could not have created the live table.
bool read_tables(dm::DeviceMapper& device_mapper, CurrentMap& map, std::vector<Finding>& findings) {
  const auto table = device_mapper.table(map.name);
  if (!table || table->empty()) {
    map.has_live_table = false;
    return true;
  }
  if (table->size() != 1 || table->front().type != "multipath") {
    warn(findings, map.name,
         "its uuid is that of a multipath map but its table is not; leaving it alone");
    return false;
  }
  map.size_sectors = table->front().length;
  auto parsed = parse_multipath_table(table->front().parameters);
  if (!parsed) {
    warn(findings, map.name,
         fmt::format("cannot parse its table '{}' at {}: {}", table->front().parameters,
                     parsed.error().offset, parsed.error().what));
    return false;
  }
  map.table = std::move(*parsed);
  const auto status = device_mapper.status(map.name);
  if (status && status->size() == 1) {
    auto parsed_status = parse_multipath_status(status->front().parameters);
    if (parsed_status) {
      map.status = std::move(*parsed_status);
    } else {
      warn(findings, map.name,
           fmt::format("cannot parse its status '{}' at {}: {}", status->front().parameters,
                       parsed_status.error().offset, parsed_status.error().what));
    }
  }
  return true;
}

}  // namespace

std::optional<CurrentMap> read_map(dm::DeviceMapper& device_mapper,
                                   const dm::Description& description,
                                   std::vector<Finding>& findings) {
  if (!description.uuid.starts_with(map_uuid_prefix)) return std::nullopt;
  CurrentMap map = from_description(description);
  try {
    if (map.has_live_table && !read_tables(device_mapper, map, findings)) return std::nullopt;
  } catch (const std::system_error& error) {
    warn(findings, map.name, error.what());
    return std::nullopt;
  }
  return map;
}

std::vector<dm::Description> read_devices(dm::DeviceMapper& device_mapper,
                                          std::span<const dm::Device> devices,
                                          std::vector<Finding>& findings) {
  std::vector<dm::Description> result;
  for (const dm::Device& device : devices) {
    try {
      if (auto description = device_mapper.describe(device.name))
        result.push_back(std::move(*description));
    } catch (const std::system_error& error) {
      warn(findings, device.name, error.what());
      // Name and uuid suffice for a device that is not a multipath map: a partition map is removed
      // together with its map.
      if (!device.uuid || device.uuid->starts_with(map_uuid_prefix)) continue;
      dm::Description known;
      known.name = device.name;
      known.uuid = *device.uuid;
      known.number = device.number;
      result.push_back(std::move(known));
    }
  }
  std::ranges::sort(result, NaturalLess{}, &dm::Description::name);
  return result;
}

std::vector<dm::Description> read_all_devices(dm::DeviceMapper& device_mapper,
                                              std::vector<Finding>& findings) {
  return read_devices(device_mapper, device_mapper.list(), findings);
}

std::vector<CurrentMap> read_maps(dm::DeviceMapper& device_mapper, std::vector<Finding>& findings) {
  std::vector<CurrentMap> maps;
  for (const dm::Description& description : read_all_devices(device_mapper, findings)) {
    if (auto map = read_map(device_mapper, description, findings)) maps.push_back(std::move(*map));
  }
  return maps;
}

}  // namespace multipath
