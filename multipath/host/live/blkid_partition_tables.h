#pragma once

#include "multipath/host/partition_tables.h"

namespace multipath {

/// libblkid on the node below /dev, opened for reading: closing it is no change that udev looks at.
class BlkidPartitionTables final : public PartitionTables {
 public:
  std::vector<Partition> read(const std::string& kname) override;
};

}  // namespace multipath
