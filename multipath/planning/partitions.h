#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "multipath/model/map.h"
#include "multipath/model/partition.h"

namespace multipath {

enum class PartitionVerb : std::uint8_t { nothing, create, reload, remove, refuse };
std::string to_string(PartitionVerb verb);

/// What is to happen to one partition map.
struct PartitionAction {
  PartitionVerb verb = PartitionVerb::nothing;
  std::string name;
  std::string uuid;
  Partition partition;  ///< as it should be; of one to be removed, as it is
  std::string reason;   ///< for a person; never empty

  auto operator<=>(const PartitionAction&) const = default;
};

/// How a partition map is named: the map's name, this, the number. kpartx as Debian's rules call it
/// says "-part", too.
inline constexpr const char* default_partition_delimiter = "-part";

/// Makes the partition maps fit the partition table. One that is there, whoever made it, keeps its
/// name. What is open is not removed, and what leaves the map's end is not made. The removals come
/// first. `taken_names` are those of all other device-mapper devices. `table` and `present` are in the
/// order of their numbers.
std::vector<PartitionAction> plan_partitions(const CurrentMap& map,
                                             std::span<const Partition> table,
                                             std::span<const PartitionMap> present,
                                             const std::set<std::string>& taken_names,
                                             const std::string& delimiter);

}  // namespace multipath
