#include "multipath/planning/retry_count.h"

namespace multipath {

std::optional<RetryVerdict> RetryCount::check(const std::string& map_uuid, const NoPathRetry& retry,
                                              bool has_path, bool queues) {
  pending_.erase(map_uuid);
  if (retry.kind != NoPathRetry::Kind::count) return std::nullopt;
  std::uint32_t& checks = checks_without_path_[map_uuid];
  checks = has_path ? 0 : checks + 1;
  if (has_path && !queues && ended_.erase(map_uuid) > 0) return RetryVerdict::start_queueing;
  if (has_path) return std::nullopt;
  const bool ends = queues && checks > retry.checks;
  if (ends) ended_.insert(map_uuid);
  if (queues || ended_.contains(map_uuid)) pending_.insert(map_uuid);
  return ends ? std::optional(RetryVerdict::stop_queueing) : std::nullopt;
}

}  // namespace multipath
