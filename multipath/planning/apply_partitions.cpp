#include "multipath/planning/apply_partitions.h"

#include <system_error>

#include <fmt/format.h>

#include "multipath/host/device_mapper.h"

namespace multipath {
namespace {

dm::Table linear_table(const CurrentMap& map, const Partition& partition) {
  return {{0, partition.sectors, "linear",
           fmt::format("{} {}", to_string(map.number), partition.start)}};
}

void swap_table(const CurrentMap& map, const PartitionAction& action, dm::Access access,
                dm::DeviceMapper& device_mapper, dm::UdevBatch& batch) {
  device_mapper.load(action.name, linear_table(map, action.partition), access);
  try {
    device_mapper.resume(action.name, dm::Flush::no, {}, batch);
  } catch (...) {
    device_mapper.clear(action.name);
    device_mapper.resume(action.name, dm::Flush::no, {}, batch);
    throw;
  }
}

void carry_out(const CurrentMap& map, const PartitionAction& action,
               dm::DeviceMapper& device_mapper, dm::UdevBatch& batch) {
  const dm::Access access = map.read_only ? dm::Access::read_only : dm::Access::read_write;
  switch (action.verb) {
    case PartitionVerb::create:
      return device_mapper.create(
          {action.name, action.uuid, linear_table(map, action.partition), access}, {}, batch);
    case PartitionVerb::reload:
      return swap_table(map, action, access, device_mapper, batch);
    case PartitionVerb::remove:
      return device_mapper.remove(action.name, batch);
    case PartitionVerb::nothing:
    case PartitionVerb::refuse:
      return;
  }
}

}  // namespace

std::vector<PartitionOutcome> apply_partitions(const CurrentMap& map,
                                               std::span<const PartitionAction> actions,
                                               dm::DeviceMapper& device_mapper,
                                               dm::WaitForUdev wait) {
  std::vector<PartitionOutcome> outcomes;
  const auto batch = device_mapper.begin_batch(wait);
  for (const PartitionAction& action : actions) {
    PartitionOutcome outcome{map.name, action,
                             action.verb == PartitionVerb::refuse ? action.reason : ""};
    try {
      carry_out(map, action, device_mapper, *batch);
    } catch (const std::system_error& error) {
      outcome.error = error.what();
    }
    outcomes.push_back(std::move(outcome));
  }
  batch->wait();
  return outcomes;
}

}  // namespace multipath
