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

/// The change that a partition map needs.
struct PartitionAction {
  PartitionVerb verb = PartitionVerb::nothing;
  std::string name;
  std::string uuid;
  Partition partition;  ///< the desired partition; for a removal the current one
  std::string reason;   ///< for the user; never empty

  auto operator<=>(const PartitionAction&) const = default;
};

/// A partition map's name is the map's name, this delimiter and the number: "-part", as in Debian's
/// kpartx rules.
inline constexpr const char* default_partition_delimiter = "-part";

/// Plans the changes that make the partition maps match the partition table, removals first.
/// Existing partition maps keep their names, whichever program created them. Refuses to remove an
/// open partition map and to create one beyond the map's end. `taken_names` are the names of all
/// other device-mapper devices. `table` and `present` are sorted by number.
std::vector<PartitionAction> plan_partitions(const CurrentMap& map,
                                             std::span<const Partition> table,
                                             std::span<const PartitionMap> present,
                                             const std::set<std::string>& taken_names,
                                             const std::string& delimiter);

}  // namespace multipath
