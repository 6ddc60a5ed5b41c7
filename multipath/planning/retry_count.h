#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "multipath/config/settings.h"

namespace multipath {

/// The change of a map's queueing that no_path_retry requires.
enum class RetryVerdict : std::uint8_t { start_queueing, stop_queueing };

/// Counts no_path_retry down for maps without a usable path, check by check. Once such a map has a
/// path again, starts the queueing that this count stopped. Never changes other maps: their
/// queueing was switched off on purpose.
class RetryCount {
 public:
  /// Counts one check of the map with this uuid. Empty if its queueing does not change.
  std::optional<RetryVerdict> check(const std::string& map_uuid, const NoPathRetry& retry,
                                    bool has_path, bool queues);

  /// Did the last check find the map without a path, and may a later check change its queueing?
  bool is_pending(const std::string& map_uuid) const { return pending_.contains(map_uuid); }

 private:
  std::map<std::string, std::uint32_t> checks_without_path_;
  std::set<std::string> pending_;
  std::set<std::string> ended_;
};

}  // namespace multipath
