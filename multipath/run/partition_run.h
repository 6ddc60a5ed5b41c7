#pragma once

#include <string>
#include <vector>

#include "multipath/host/host.h"
#include "multipath/model/finding.h"
#include "multipath/planning/apply_partitions.h"
#include "multipath/run/notices.h"
#include "multipath/run/targets.h"

namespace multipath {

struct PartitionRunOptions {
  std::string delimiter;  ///< between the name of a map and a partition's number
  bool remove = false;    ///< the maps are to have no partition maps
  bool dry_run = false;
  bool waits = true;  ///< for udev; udev's own rules must not
};

struct PartitionRun {
  std::vector<PartitionOutcome> outcomes;
  std::vector<Finding> findings;
  Words unmatched;      ///< words of targets that name no map
  bool failed = false;  ///< a map could not be read, or one of its partition maps not be changed
};

/// Makes the partition maps of the maps that targets name fit their partition tables. One map that
/// fails does not keep the others from it. Without a wait, udev is also told of partitions to which
/// the table gives another name or id than udev knows.
PartitionRun fit_partitions(Host& host, const std::vector<Target>& targets,
                            const PartitionRunOptions& options, const Notices& notices);

}  // namespace multipath
