#pragma once

#include <cstdint>
#include <optional>

#include "multipath/config/settings.h"
#include "multipath/watch/time.h"

namespace multipath::watch {

/// How often and how patiently paths are checked.
struct CheckPolicy {
  Duration interval = std::chrono::seconds(5);   ///< polling_interval
  Duration longest = std::chrono::seconds(20);   ///< max_polling_interval
  Duration deadline = std::chrono::seconds(30);  ///< of one question (checker_timeout)
  bool recheck_wwid = true;                      ///< compare the identity of a path that returns

  auto operator<=>(const CheckPolicy&) const = default;
};

/// When a path whose checks pass and whose I/O fails is distrusted: `failures` failures that the kernel
/// met within `window`, each after a check that passed. A distrusted path has to pass a read before it
/// is used again.
struct DistrustRule {
  std::uint32_t failures = 2;
  Duration window = std::chrono::minutes(2);

  auto operator<=>(const DistrustRule&) const = default;
};

/// What holds for one map.
struct MapPolicy {
  CheckPolicy check = {};
  std::optional<NoPathRetry> no_path_retry = {};  ///< nothing: queueing is left as it is
  Failback failback = {};
  bool groups_by_priority = false;  ///< a changed priority can change the groups
  DistrustRule distrust = {};

  auto operator<=>(const MapPolicy&) const = default;
};

/// How long a map without a path queues: no_path_retry, counted in time. Nothing: for ever, or not at
/// all.
std::optional<Duration> queueing_time(const MapPolicy& policy);

}  // namespace multipath::watch
