#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "multipath/model/device_number.h"

namespace multipath {

/// An entry of a partition table.
struct Partition {
  std::uint32_t number = 0;   ///< from 1, as kernel and partitioning tools count
  std::uint64_t start = 0;    ///< in sectors of 512 bytes
  std::uint64_t sectors = 0;  ///< of 512 bytes

  auto operator<=>(const Partition&) const = default;
};

/// A partition of a multipath map as device-mapper has it: a map of its own with one linear target.
struct PartitionMap {
  std::string name;
  std::string uuid;     ///< "part2-mpath-<WWID>"
  DeviceNumber map;     ///< what it lies on
  Partition partition;  ///< where
  bool linear = true;   ///< its table is one linear target that starts at 0
  std::int32_t open_count = 0;

  auto operator<=>(const PartitionMap&) const = default;
};

/// "part2-mpath-<WWID>", as kpartx names it, too.
std::string partition_uuid(std::uint32_t number, const std::string& map_uuid);

/// The uuid of the map that a partition with this uuid is of; "" for any other device. The text is
/// part of what was given.
std::string_view map_of_partition(std::string_view uuid);

/// The partition's number, when this is the uuid of a partition of the map with `map_uuid`.
std::optional<std::uint32_t> partition_number_of(const std::string& uuid,
                                                 const std::string& map_uuid);

}  // namespace multipath
