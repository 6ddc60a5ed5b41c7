#include "multipath/planning/retry_count.h"

namespace multipath {

std::optional<RetryVerdict> RetryCount::check(const std::string& map_uuid, const NoPathRetry& retry,
                                              bool has_path, bool queues) {
  counting_.erase(map_uuid);
  if (retry.kind != NoPathRetry::Kind::count) return std::nullopt;
  std::uint32_t& checks = checks_without_path_[map_uuid];
  checks = has_path ? 0 : checks + 1;
  if (has_path && !queues && ended_.erase(map_uuid) > 0) return RetryVerdict::wait_again;
  if (has_path || !queues) return std::nullopt;
  if (checks <= retry.checks) {
    counting_.insert(map_uuid);
    return std::nullopt;
  }
  ended_.insert(map_uuid);
  return RetryVerdict::fail_from_now_on;
}

}  // namespace multipath
