#include "multipath/daemon/map_histories.h"

#include "multipath/config/settings.h"

namespace multipath::daemon {
namespace {

std::set<DeviceNumber> failed_paths(const CurrentMap& map) {
  std::set<DeviceNumber> failed;
  if (!map.status) return failed;
  for (const GroupStatusLine& group : map.status->groups)
    for (const PathStatus& path : group.paths)
      if (path.state == PathDmState::failed) failed.insert(path.number);
  return failed;
}

}  // namespace

void MapHistories::see(watch::Instant now, const CurrentMap& map) {
  const auto [found, is_new] = entries_.try_emplace(map.uuid);
  Entry& entry = found->second;
  std::set<DeviceNumber> failed = failed_paths(map);
  const bool without_path = failed.size() == path_numbers(map).size();
  const bool queues = queues_if_no_path(map.table);
  const std::uint32_t group = map.status ? map.status->current_group : 0;
  // Messages change the features and the first group of the table that the kernel reports.
  MultipathTable table = map.table;
  std::erase(table.features, queue_feature);
  table.initial_group = 0;
  if (!is_new) {
    for (const DeviceNumber path : failed)
      if (!entry.failed.contains(path)) ++entry.history.path_faults;
    if (group != 0 && entry.group != 0 && group != entry.group) ++entry.history.switches;
    if (table != entry.table) ++entry.history.loads;
  }
  see_waiting(now, without_path, queues, entry);
  entry.table = std::move(table);
  entry.failed = std::move(failed);
  if (group != 0) entry.group = group;
}

void MapHistories::see_waiting(watch::Instant now, bool without_path, bool queues, Entry& entry) {
  const bool fails = without_path && !queues;
  const bool failed = entry.without_path && !entry.queues;
  if (fails && !failed) ++entry.history.failures;
  if (fails && entry.without_path && entry.queues) ++entry.history.queue_timeouts;
  const bool waits = without_path && queues;
  if (waits && !entry.queued_since) entry.queued_since = now;
  if (!waits && entry.queued_since) {
    entry.queued += now - *entry.queued_since;
    entry.queued_since.reset();
  }
  entry.without_path = without_path;
  entry.queues = queues;
}

bool MapHistories::reset(watch::Instant now, const std::string& uuid) {
  const auto found = entries_.find(uuid);
  if (found == entries_.end()) return false;
  Entry& entry = found->second;
  entry.history = {};
  entry.queued = {};
  if (entry.queued_since) entry.queued_since = now;
  return true;
}

void MapHistories::reset_all(watch::Instant now) {
  for (const auto& [uuid, entry] : entries_) reset(now, uuid);
}

MapHistory MapHistories::of(watch::Instant now, const std::string& uuid) const {
  const auto found = entries_.find(uuid);
  if (found == entries_.end()) return {};
  const Entry& entry = found->second;
  MapHistory history = entry.history;
  const watch::Duration present =
      entry.queued_since ? now - *entry.queued_since : watch::Duration::zero();
  history.queued_seconds = static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::seconds>(entry.queued + present).count());
  return history;
}

}  // namespace multipath::daemon
