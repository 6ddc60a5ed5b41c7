// Maps: queueing without a path, and the group in use.
#include <algorithm>

#include <fmt/format.h>

#include "multipath/watch/best_group.h"
#include "multipath/watch/watch.h"

namespace multipath::watch {

bool Watch::is_usable(const WatchedPath& path) const {
  return !path.failed && !is_failure(path.state);
}

bool Watch::has_path(const WatchedMap& map) const {
  return std::ranges::any_of(map.groups, [&](const WatchedGroup& group) {
    return std::ranges::any_of(group.paths, [&](DeviceNumber number) {
      const WatchedPath* path = find_path(number);
      return path != nullptr && !path->failed;
    });
  });
}

void Watch::look_at(WatchedMap& map, const WatchedPath* returned) {
  if (map.suspended) return;
  look_at_queueing(map);
  look_at_groups(map, returned);
  look_at_priorities(map);
}

void Watch::look_at_queueing(WatchedMap& map) {
  if (has_path(map)) {
    map.without_path = false;
    schedule(map.queueing_ends, std::nullopt, Due::queueing, map.uuid);
    if (!map.queueing_ended || map.queueing_disabled_by_operator) return;
    map.queueing_ended = false;
    map.queues = true;
    tell(map, Message::Kind::queue);
    note(Finding::Severity::note, map.name, "has a path again and queues when it has none");
    return;
  }
  if (!map.without_path) {
    map.without_path = true;
    ++map.losses;
    note(Finding::Severity::error, map.name,
         map.queues ? "has no path that works: I/O waits" : "has no path that works: I/O fails");
  }
  const auto time = queueing_time(map.policy);
  if (!map.queues || !time || map.queueing_ends) return;
  schedule(map.queueing_ends, now_ + *time, Due::queueing, map.uuid);
}

/// The configuration has changed: the map queues or fails as it says now. Where it says nothing, the
/// map stays as it is; so does one that an administrator keeps from queueing.
void Watch::obey_no_path_retry(WatchedMap& map) {
  const auto& retry = map.policy.no_path_retry;
  if (!retry || map.queueing_disabled_by_operator) return;
  map.queueing_ended = false;
  const bool queues = retry->kind != NoPathRetry::Kind::fail;
  if (queues == map.queues) return;
  map.queues = queues;
  tell(map, queues ? Message::Kind::queue : Message::Kind::stop_queueing);
  note(Finding::Severity::note, map.name,
       queues ? "queues I/O while it has no path: no_path_retry changed"
              : "fails I/O while it has no path: no_path_retry changed");
}

namespace {

std::vector<std::vector<RatedPath>> rated(const WatchedMap& map,
                                          const std::map<DeviceNumber, WatchedPath>& paths) {
  std::vector<std::vector<RatedPath>> groups;
  for (const WatchedGroup& group : map.groups) {
    std::vector<RatedPath>& rating = groups.emplace_back();
    for (const DeviceNumber number : group.paths) {
      const auto path = paths.find(number);
      if (path == paths.end()) continue;
      const bool usable = !path->second.failed && !is_failure(path->second.state);
      rating.push_back({usable, path->second.priority});
    }
  }
  return groups;
}

bool has_usable(const std::vector<RatedPath>& group) {
  return std::ranges::any_of(group, &RatedPath::usable);
}

}  // namespace

std::size_t Watch::group_to_use(const WatchedMap& map) const {
  const auto groups = rated(map, paths_);
  const std::size_t current = map.current_group;
  // The kernel leaves a group without a path by itself, and chooses when there is I/O.
  if (current == 0 || current > groups.size() || !has_usable(groups[current - 1])) return 0;
  const std::size_t best = best_group(groups);
  return best == current ? 0 : best;
}

void Watch::fail_back(WatchedMap& map) {
  const std::size_t best = group_to_use(map);
  if (best == 0 || best == map.asked_group) return;
  map.asked_group = best;
  tell(map, Message::Kind::switch_group, {}, best);
  note(Finding::Severity::note, map.name, fmt::format("I/O goes back to group {}", best));
}

void Watch::look_at_groups(WatchedMap& map, const WatchedPath* returned) {
  const std::size_t best = group_to_use(map);
  if (best == 0) {
    map.asked_group = 0;
    schedule(map.failback, std::nullopt, Due::failback, map.uuid);
    return;
  }
  switch (map.policy.failback.kind) {
    case Failback::Kind::manual:
      return;
    case Failback::Kind::immediate:
      fail_back(map);
      return;
    case Failback::Kind::deferred:
      if (!map.failback && map.asked_group != best)
        schedule(map.failback, now_ + std::chrono::seconds(map.policy.failback.seconds),
                 Due::failback, map.uuid);
      return;
    case Failback::Kind::followover: {
      if (returned == nullptr) return;
      const std::vector<DeviceNumber>& paths = map.groups[best - 1].paths;
      const auto usable = std::ranges::count_if(paths, [&](DeviceNumber number) {
        const WatchedPath* path = find_path(number);
        return path != nullptr && is_usable(*path);
      });
      if (usable == 1 && std::ranges::find(paths, returned->number) != paths.end()) fail_back(map);
      return;
    }
  }
}

void Watch::look_at_priorities(WatchedMap& map) {
  const Failback::Kind failback = map.policy.failback.kind;
  if (!map.policy.groups_by_priority || map.replan_asked || failback != Failback::Kind::immediate)
    return;
  for (const WatchedGroup& group : map.groups) {
    std::optional<int> priority;
    for (const DeviceNumber number : group.paths) {
      const WatchedPath* path = find_path(number);
      if (path == nullptr || !is_usable(*path) || !path->priority) continue;
      // The others of the map are asked at the same time: what they answer decides, too.
      if (path->open && !path->open->overdue) return;
      if (priority && *priority != *path->priority) {
        map.replan_asked = true;
        actions_.emplace_back(Replan{map.uuid, "priorities of a group differ"});
        return;
      }
      priority = path->priority;
    }
  }
}

}  // namespace multipath::watch
