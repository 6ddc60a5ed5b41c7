#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "multipath/model/device_number.h"

namespace multipath {

/// The highest number of a partition that Linux makes of a table (DISK_MAX_PARTS is 256, and 0 is
/// the disk: include/linux/blkdev.h, blk_add_partitions() of block/partitions/core.c). kpartx's
/// MAXSLICES is the same.
inline constexpr std::uint32_t highest_partition = 255;

/// An entry of a partition table.
struct Partition {
  std::uint32_t number = 0;   ///< from 1, as kernel and partitioning tools count
  std::uint64_t start = 0;    ///< in sectors of 512 bytes
  std::uint64_t sectors = 0;  ///< of 512 bytes
  // What the table calls it, as udev's database has it (ID_PART_ENTRY_*); of a partition map empty.
  std::string uuid = {};
  std::string name = {};
  std::string type = {};

  auto operator<=>(const Partition&) const = default;
  bool lies_as(const Partition& other) const {
    return start == other.start && sectors == other.sectors;
  }
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

/// "part2-mpath-<WWID>", as kpartx also names it.
std::string partition_uuid(std::uint32_t number, const std::string& map_uuid);

/// The uuid of the map that a partition with this uuid is of; "" for any other device. The text is
/// part of what was given.
std::string_view map_of_partition(std::string_view uuid);

/// The partition's number, when this is the uuid of a partition of the map with `map_uuid`.
std::optional<std::uint32_t> partition_number_of(const std::string& uuid,
                                                 const std::string& map_uuid);

}  // namespace multipath
