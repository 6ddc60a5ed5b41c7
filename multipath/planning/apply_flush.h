#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "multipath/planning/flush.h"

namespace dm {
class DeviceMapper;
class UdevBatch;
}  // namespace dm

namespace multipath {

enum class FlushResult : std::uint8_t { flushed, busy, failed };
std::string to_string(FlushResult result);

struct FlushOutcome {
  std::string map;
  FlushResult result = FlushResult::flushed;
  std::string error;  ///< empty when it was flushed
};

/// How often a removal is tried again when something (udev's blkid, mostly) had the map open just
/// then.
struct Patience {
  int retries = 5;
  std::chrono::milliseconds pause{200};
  bool waits_for_users = false;  ///< also for who has the map open for longer: -R, remove_retries
};

/// Removes the partition maps, then the map. The kernel refuses to remove what is open, which is
/// the guard that counts: so the map is neither suspended nor its queueing switched off first, and
/// a kill at any moment leaves a map that works. When the map can not be removed, its partition
/// maps are made again.
FlushOutcome apply_flush(const FlushPlan& plan, dm::DeviceMapper& device_mapper,
                         dm::UdevBatch& batch, const Patience& patience);

}  // namespace multipath
