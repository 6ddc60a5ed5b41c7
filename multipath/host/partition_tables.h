#pragma once

#include <string>
#include <vector>

#include "multipath/model/partition.h"

namespace multipath {

/// Reads the device itself, so it blocks as long as the device does: use it on working devices
/// only.
class PartitionTables {
 public:
  virtual ~PartitionTables() = default;

  /// Returns all partitions sorted by number (possibly beyond highest_partition); none for a device
  /// without a table. An extended partition (MBR) is 2 sectors long, enough for a boot loader, as
  /// in the kernel (block/partitions/msdos.c). Throws std::system_error if the device cannot be
  /// opened or read.
  virtual std::vector<Partition> read(const std::string& kname) = 0;
};

}  // namespace multipath
