#include "multipath/watch/policy.h"

#include "multipath/watch/time.h"

namespace multipath::watch {

Instant next_aligned(Instant now, Duration phase, Duration interval) {
  const Duration since = (now.time_since_epoch() - phase) % interval;
  const Duration past = since < Duration::zero() ? since + interval : since;
  return now + (interval - past);
}

std::optional<Duration> queueing_time(const MapPolicy& policy) {
  if (!policy.no_path_retry || policy.no_path_retry->kind != NoPathRetry::Kind::count)
    return std::nullopt;
  return policy.check.interval * policy.no_path_retry->checks;
}

}  // namespace multipath::watch
