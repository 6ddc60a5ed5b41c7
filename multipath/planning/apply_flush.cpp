#include "multipath/planning/apply_flush.h"

#include <array>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "multipath/host/clock.h"
#include "multipath/host/device_mapper.h"

namespace multipath {
namespace {

/// Removes the map. False if no map has that name: another program may have removed or renamed it.
bool remove_with_retries(dm::DeviceMapper& device_mapper, const std::string& name,
                         dm::UdevBatch& batch, Clock& clock, const RemovalRetries& retries) {
  for (int attempt = 0;; ++attempt) {
    try {
      device_mapper.remove(name, batch);
      return true;
    } catch (const std::system_error& error) {
      if (error.code() == std::errc::no_such_device_or_address) return false;
      if (error.code() != std::errc::device_or_resource_busy || attempt == retries.retries) throw;
    }
    clock.sleep(retries.pause);
  }
}

dm::NewMap snapshot_of(dm::DeviceMapper& device_mapper, const std::string& name) {
  const auto description = device_mapper.describe(name);
  const auto table = device_mapper.table(name);
  if (!description || !table) return {name, "", {}, dm::Access::read_write};
  return {name, description->uuid, *table,
          description->read_only ? dm::Access::read_only : dm::Access::read_write};
}

/// Throws if the map still exists because another program renamed it, or if its state is unknown.
void require_gone(dm::DeviceMapper& device_mapper, const CurrentMap& map) {
  const auto description = device_mapper.describe(map.number);
  if (!description || description->uuid != map.uuid) return;
  throw std::system_error(
      std::make_error_code(std::errc::device_or_resource_busy),
      fmt::format("map {} was not removed but renamed to {}", map.name, description->name));
}

std::string recreate(dm::DeviceMapper& device_mapper, const std::vector<dm::NewMap>& removed,
                     dm::UdevBatch& batch) {
  std::string errors;
  for (const dm::NewMap& map : removed) {
    try {
      if (!map.table.empty()) device_mapper.create(map, {}, batch);
    } catch (const std::system_error& error) {
      errors +=
          fmt::format("; partition map {} could not be recreated: {}", map.name, error.what());
    }
  }
  return errors;
}

}  // namespace

std::string to_string(FlushResult result) {
  constexpr std::array<std::string_view, 3> names{"flushed", "busy", "failed"};
  return std::string(names.at(static_cast<std::size_t>(result)));
}

FlushOutcome apply_flush(const FlushPlan& plan, dm::DeviceMapper& device_mapper,
                         dm::UdevBatch& batch, Clock& clock, const RemovalRetries& retries) {
  FlushOutcome outcome{.map = plan.map.name, .result = FlushResult::flushed, .error = ""};
  if (!plan.busy.empty()) {
    outcome.result = FlushResult::busy;
    outcome.error = plan.busy;
    return outcome;
  }
  std::vector<dm::NewMap> removed;
  try {
    for (const std::string& partition : plan.partition_maps) {
      dm::NewMap map = snapshot_of(device_mapper, partition);
      remove_with_retries(device_mapper, partition, batch, clock, retries);
      removed.push_back(std::move(map));
    }
    if (!remove_with_retries(device_mapper, plan.map.name, batch, clock, retries))
      require_gone(device_mapper, plan.map);
  } catch (const std::system_error& error) {
    outcome.result = error.code() == std::errc::device_or_resource_busy ? FlushResult::busy
                                                                        : FlushResult::failed;
    outcome.error = error.what() + recreate(device_mapper, removed, batch);
  }
  return outcome;
}

}  // namespace multipath
