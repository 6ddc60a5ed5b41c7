#include "multipath/planning/apply_flush.h"

#include <array>
#include <string_view>
#include <system_error>
#include <thread>

#include <fmt/format.h>

#include "multipath/host/device_mapper.h"

namespace multipath {
namespace {

/// False when there is no map of that name: somebody else may have removed it, or renamed it.
bool remove_patiently(dm::DeviceMapper& device_mapper, const std::string& name,
                      dm::UdevBatch& batch, const Patience& patience) {
  for (int attempt = 0;; ++attempt) {
    try {
      device_mapper.remove(name, batch);
      return true;
    } catch (const std::system_error& error) {
      if (error.code() == std::errc::no_such_device_or_address) return false;
      if (error.code() != std::errc::device_or_resource_busy || attempt == patience.retries) throw;
    }
    std::this_thread::sleep_for(patience.pause);
  }
}

dm::NewMap remember(dm::DeviceMapper& device_mapper, const std::string& name) {
  const auto description = device_mapper.describe(name);
  const auto table = device_mapper.table(name);
  if (!description || !table) return {name, "", {}, dm::Access::read_write};
  return {name, description->uuid, *table,
          description->read_only ? dm::Access::read_only : dm::Access::read_write};
}

/// Removed is removed; a map that somebody has renamed meanwhile is not. Throws as well when that
/// cannot be asked.
void require_gone(dm::DeviceMapper& device_mapper, const CurrentMap& map) {
  const auto description = device_mapper.describe(map.number);
  if (!description || description->uuid != map.uuid) return;
  throw std::system_error(
      std::make_error_code(std::errc::device_or_resource_busy),
      fmt::format("map {} is still there, with the name {}", map.name, description->name));
}

std::string make_again(dm::DeviceMapper& device_mapper, const std::vector<dm::NewMap>& removed,
                       dm::UdevBatch& batch) {
  std::string trouble;
  for (const dm::NewMap& map : removed) {
    try {
      if (!map.table.empty()) device_mapper.create(map, {}, batch);
    } catch (const std::system_error& error) {
      trouble +=
          fmt::format("; its partition map {} could not be made again: {}", map.name, error.what());
    }
  }
  return trouble;
}

}  // namespace

std::string to_string(FlushResult result) {
  constexpr std::array<std::string_view, 3> names{"flushed", "busy", "failed"};
  return std::string(names.at(static_cast<std::size_t>(result)));
}

FlushOutcome apply_flush(const FlushPlan& plan, dm::DeviceMapper& device_mapper,
                         dm::UdevBatch& batch, const Patience& patience) {
  FlushOutcome outcome{.map = plan.map.name, .result = FlushResult::flushed, .error = ""};
  if (!plan.busy.empty()) {
    outcome.result = FlushResult::busy;
    outcome.error = plan.busy;
    return outcome;
  }
  std::vector<dm::NewMap> removed;
  try {
    for (const std::string& partition : plan.partition_maps) {
      dm::NewMap map = remember(device_mapper, partition);
      remove_patiently(device_mapper, partition, batch, patience);
      removed.push_back(std::move(map));
    }
    if (!remove_patiently(device_mapper, plan.map.name, batch, patience))
      require_gone(device_mapper, plan.map);
  } catch (const std::system_error& error) {
    outcome.result = error.code() == std::errc::device_or_resource_busy ? FlushResult::busy
                                                                        : FlushResult::failed;
    outcome.error = error.what() + make_again(device_mapper, removed, batch);
  }
  return outcome;
}

}  // namespace multipath
