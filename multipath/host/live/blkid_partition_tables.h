#pragma once

#include "multipath/host/partition_tables.h"

namespace multipath {

/// libblkid on the node below /dev, opened read-only so that closing it does not trigger udev.
class BlkidPartitionTables final : public PartitionTables {
 public:
  std::vector<Partition> read(const std::string& kname) override;
};

}  // namespace multipath
