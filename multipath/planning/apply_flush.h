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

class Clock;

enum class FlushResult : std::uint8_t { flushed, busy, failed };
std::string to_string(FlushResult result);

struct FlushOutcome {
  std::string map;
  FlushResult result = FlushResult::flushed;
  std::string error;  ///< empty if flushed
};

/// The retries of a removal while the map is open for a moment, mostly by udev's blkid.
struct RemovalRetries {
  int retries = 5;
  std::chrono::milliseconds pause{200};
  bool waits_for_users = false;  ///< also retry while the map has users: -R, remove_retries
};

/// Removes the partition maps, then the map. Relies on the kernel, which refuses to remove an open
/// device: the map is neither suspended nor is its queueing switched off first, so that a kill at
/// any moment leaves a working map. If the map cannot be removed, recreates its partition maps.
FlushOutcome apply_flush(const FlushPlan& plan, dm::DeviceMapper& device_mapper,
                         dm::UdevBatch& batch, Clock& clock, const RemovalRetries& retries);

}  // namespace multipath
