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

void execute(const CurrentMap& map, const PartitionAction& action, dm::DeviceMapper& device_mapper,
             dm::UdevBatch& batch) {
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

/// The problem of a partition map after the run; empty if there is none.
std::string problem_of(const PartitionAction& action, dm::DeviceMapper& device_mapper) {
  const auto description = device_mapper.describe(action.name);
  const bool is_ours = description && description->uuid == action.uuid;
  if (action.verb == PartitionVerb::remove)
    return is_ours ? fmt::format("partition map {} still exists", action.name) : "";
  if (!is_ours) return fmt::format("partition map {} is missing after the run", action.name);
  if (!description->live_table || description->suspended || description->inactive_table)
    return fmt::format("partition map {} does not use its new table after the run", action.name);
  const auto table = device_mapper.table(action.name);
  if (!table || table->size() != 1 || table->front().length != action.partition.sectors)
    return fmt::format("partition map {} does not have {} sectors after the run", action.name,
                       action.partition.sectors);
  return "";
}

void verify(dm::DeviceMapper& device_mapper, const std::string& udev_error,
            PartitionOutcome& outcome) {
  const PartitionVerb verb = outcome.action.verb;
  if (outcome.failed() || verb == PartitionVerb::nothing || verb == PartitionVerb::refuse) return;
  try {
    outcome.error = problem_of(outcome.action, device_mapper);
  } catch (const std::system_error& error) {
    outcome.error = error.what();
  }
  if (outcome.error.empty()) outcome.error = udev_error;
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
      execute(map, action, device_mapper, *batch);
    } catch (const std::system_error& error) {
      outcome.error = error.what();
    }
    outcomes.push_back(std::move(outcome));
  }
  std::string udev_error;
  try {
    batch->wait();
  } catch (const std::system_error& error) {
    udev_error = error.what();
  }
  for (PartitionOutcome& outcome : outcomes) verify(device_mapper, udev_error, outcome);
  return outcomes;
}

}  // namespace multipath
