#pragma once

#include <string>
#include <vector>

#include "multipath/model/partition.h"

namespace multipath {

/// Reads what is written on a device, so it waits as long as the device does: ask only one that works.
class PartitionTables {
 public:
  virtual ~PartitionTables() = default;

  /// As many as there are, which may be more than highest_partition; in the order of their numbers; none for a device without a table. An extended partition (MBR) is
  /// 2 sectors long, as the kernel makes it (block/partitions/msdos.c): enough for a boot loader.
  /// Throws std::system_error for a device that can not be opened or read.
  virtual std::vector<Partition> read(const std::string& kname) = 0;
};

}  // namespace multipath
