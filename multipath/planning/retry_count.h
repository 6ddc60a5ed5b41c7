#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "multipath/config/settings.h"

namespace multipath {

/// What a map is to be told about I/O when no path works.
enum class RetryVerdict : std::uint8_t { wait_again, fail_from_now_on };

/// Counts no_path_retry down for maps without a path, one check after another, and lets a map whose I/O
/// it had fail wait again once it has a path. Other maps are never told anything: who switched their
/// queueing off had a reason.
class RetryCount {
 public:
  /// One check of the map with this uuid. Nothing: it goes on as it is.
  std::optional<RetryVerdict> check(const std::string& map_uuid, const NoPathRetry& retry,
                                    bool has_path, bool queues);

  /// Did the last check find the map without a path, and is a later one to tell it something: that I/O fails, or that it waits
  /// again?
  bool is_pending(const std::string& map_uuid) const { return pending_.contains(map_uuid); }

 private:
  std::map<std::string, std::uint32_t> checks_without_path_;
  std::set<std::string> pending_;
  std::set<std::string> ended_;
};

}  // namespace multipath
