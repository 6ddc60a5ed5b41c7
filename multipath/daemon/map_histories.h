#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "multipath/model/map.h"
#include "multipath/view/listed.h"
#include "multipath/watch/time.h"

namespace multipath::daemon {

/// Counts what happens to maps, from one reading of the kernel's state to the next.
class MapHistories {
 public:
  void see(watch::Instant now, const CurrentMap& map);
  void forget(const std::string& uuid) { entries_.erase(uuid); }
  /// All counts from 0 again; of one map, or of all. Returns false for an unknown map.
  bool reset(watch::Instant now, const std::string& uuid);
  void reset_all(watch::Instant now);

  MapHistory of(watch::Instant now, const std::string& uuid) const;

 private:
  struct Entry {
    MapHistory history;
    MultipathTable table;
    std::uint32_t group = 0;  ///< in use; the last one that was
    std::set<DeviceNumber> failed;
    bool without_path = false;
    bool queues = false;
    watch::Duration queued = {};                      ///< in ended waits
    std::optional<watch::Instant> queued_since = {};  ///< in the present wait
  };
  static void see_waiting(watch::Instant now, bool without_path, bool queues, Entry& entry);

  std::map<std::string, Entry> entries_;
};

}  // namespace multipath::daemon
