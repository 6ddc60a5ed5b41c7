#include "multipath/planning/partitions.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace multipath {
namespace {

/// DM_NAME_LEN counts the NUL (include/uapi/linux/dm-ioctl.h).
constexpr std::size_t longest_name = 127;

const PartitionMap* find(std::span<const PartitionMap> present, std::uint32_t number) {
  const auto found = std::ranges::lower_bound(
      present, number, {}, [](const PartitionMap& one) { return one.partition.number; });
  return found == present.end() || found->partition.number != number ? nullptr : &*found;
}

std::string extent_text(const Partition& partition) {
  return fmt::format("{} sectors at {}", partition.sectors, partition.start);
}

PartitionAction removal(const PartitionMap& present) {
  PartitionAction action{
      PartitionVerb::remove, present.name, present.uuid, present.partition,
      fmt::format("the partition table no longer contains partition {}", present.partition.number)};
  if (present.open_count == 0) return action;
  action.verb = PartitionVerb::refuse;
  action.reason += fmt::format(", but it is open {} time{}", present.open_count,
                               present.open_count == 1 ? "" : "s");
  return action;
}

bool fits(const CurrentMap& map, const Partition& partition) {
  return partition.sectors > 0 && partition.start < map.size_sectors &&
         partition.sectors <= map.size_sectors - partition.start;
}

PartitionAction change(const CurrentMap& map, const Partition& wanted,
                       const PartitionMap& present) {
  PartitionAction action{PartitionVerb::nothing, present.name, present.uuid, wanted, "up to date"};
  if (present.linear && present.map == map.number && present.partition.lies_as(wanted))
    return action;
  if (present.open_count > 0 && present.linear && present.partition.start != wanted.start) {
    action.verb = PartitionVerb::refuse;
    action.reason = fmt::format("has {}, should have {}, but is in use",
                                extent_text(present.partition), extent_text(wanted));
    return action;
  }
  action.verb = PartitionVerb::reload;
  action.reason = present.linear ? fmt::format("has {}, should have {}",
                                               extent_text(present.partition), extent_text(wanted))
                                 : "table is not a single linear target";
  return action;
}

PartitionAction creation(const CurrentMap& map, const Partition& wanted,
                         const std::set<std::string>& taken_names, const std::string& delimiter) {
  PartitionAction action{PartitionVerb::create,
                         fmt::format("{}{}{}", map.name, delimiter, wanted.number),
                         partition_uuid(wanted.number, map.uuid), wanted,
                         "in the partition table: " + extent_text(wanted)};
  if (taken_names.contains(action.name)) {
    action.verb = PartitionVerb::refuse;
    action.reason = "name is in use by another device-mapper device";
  } else if (action.name.size() > longest_name) {
    action.verb = PartitionVerb::refuse;
    action.reason =
        fmt::format("name would have {} bytes (limit {})", action.name.size(), longest_name);
  }
  return action;
}

}  // namespace

std::string to_string(PartitionVerb verb) {
  constexpr std::array<const char*, 5> names{"nothing", "create", "reload", "remove", "refuse"};
  return names.at(static_cast<std::size_t>(verb));
}

std::vector<PartitionAction> plan_partitions(const CurrentMap& map,
                                             std::span<const Partition> table,
                                             std::span<const PartitionMap> present,
                                             const std::set<std::string>& taken_names,
                                             const std::string& delimiter) {
  std::vector<PartitionAction> actions;
  for (const PartitionMap& one : present) {
    if (!std::ranges::binary_search(table, one.partition.number, {}, &Partition::number))
      actions.push_back(removal(one));
  }
  for (const Partition& wanted : table) {
    const PartitionMap* there = find(present, wanted.number);
    PartitionAction action = there != nullptr ? change(map, wanted, *there)
                                              : creation(map, wanted, taken_names, delimiter);
    if (!fits(map, wanted)) {
      action.verb = PartitionVerb::refuse;
      action.reason = fmt::format("the partition table lists {}, but the map has {} sectors",
                                  extent_text(wanted), map.size_sectors);
    }
    actions.push_back(std::move(action));
  }
  return actions;
}

}  // namespace multipath
