#include "multipath/watch/watch.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace multipath::watch {
namespace {

/// Multiples of the golden ratio fall into the widest gap that is left, so that maps are spread evenly
/// whatever their number.
Duration phase_of(std::uint64_t place, Duration longest) {
  constexpr std::uint64_t golden = 0x9e3779b97f4a7c15U;  // of 2^64
  const auto part = static_cast<double>(place * golden) / 18446744073709551616.0;
  return Duration(static_cast<Duration::rep>(part * static_cast<double>(longest.count())));
}

}  // namespace

std::vector<Action> Watch::step(Instant now, const Event& event) {
  now_ = std::max(now, now_);
  actions_.clear();
  std::visit([this](const auto& what) { on(what); }, event);
  return std::exchange(actions_, {});
}

std::optional<Instant> Watch::next_wake_up() const {
  return timers_.empty() ? std::nullopt : std::optional(timers_.begin()->when);
}

const WatchedPath* Watch::find_path(DeviceNumber number) const {
  const auto found = paths_.find(number);
  return found == paths_.end() ? nullptr : &found->second;
}

const WatchedMap* Watch::find_map(const std::string& uuid) const {
  const auto found = maps_.find(uuid);
  return found == maps_.end() ? nullptr : &found->second;
}

void Watch::on(const Tick& /*event*/) {
  while (!timers_.empty() && timers_.begin()->when <= now_) {
    const Timer timer = timers_.extract(timers_.begin()).value();
    switch (timer.what) {
      case Due::deadline: {
        WatchedPath& path = paths_.at(timer.number);
        path.open->overdue = true;
        const OpenQuestion question = *path.open;
        judge(path, {question.id, CheckerState::timeout, {}, {}, "does not answer in time"},
              question);
        break;
      }
      case Due::check: {
        WatchedPath& path = paths_.at(timer.number);
        const WatchedMap& map = map_of(path);
        // The host slept, or the loop was kept: all paths are due. Their next turns are spread.
        if (now_ - timer.when > map.policy.check.longest)
          schedule_check(path, next_aligned(now_, map.phase, map.policy.check.interval));
        else
          ask(path);
        break;
      }
      case Due::queueing: {
        WatchedMap& map = maps_.at(timer.uuid);
        map.queueing_ends.reset();
        if (has_path(map) || !map.queues || map.suspended) break;
        tell(map, Message::Kind::stop_queueing);
        map.queues = false;
        map.queueing_ended = true;
        note(Finding::Severity::error, map.name,
             "no path returned in the time of no_path_retry: queued I/O fails now");
        break;
      }
      case Due::failback: {
        WatchedMap& map = maps_.at(timer.uuid);
        map.failback.reset();
        fail_back(map);
        break;
      }
    }
  }
}

void Watch::on(const AskerRestarted& /*event*/) {
  for (const auto& [id, number] : std::exchange(open_, {})) {
    WatchedPath& path = paths_.at(number);
    if (!path.open->overdue) timers_.erase({path.open->deadline, Due::deadline, number, {}});
    path.open.reset();
  }
}

void Watch::on(const Refused& event) {
  const auto found = maps_.find(event.message.uuid);
  if (found == maps_.end()) return;
  WatchedMap& map = found->second;
  const auto path = paths_.find(event.message.number);
  constexpr Duration again = std::chrono::seconds(1);
  switch (event.message.kind) {
    case Message::Kind::fail_path:
      if (path != paths_.end()) path->second.failed = false;
      break;
    case Message::Kind::reinstate_path:
      if (path != paths_.end()) path->second.failed = true;
      break;
    case Message::Kind::switch_group:
      map.asked_group = 0;
      break;
    case Message::Kind::queue:
      map.queues = false;
      map.queueing_ended = !map.queueing_disabled_by_operator;
      break;
    case Message::Kind::stop_queueing:
      map.queues = true;
      map.queueing_ended = false;
      if (!has_path(map) && queueing_time(map.policy))
        schedule(map.queueing_ends, now_ + again, Due::queueing, map.uuid);
      break;
  }
  note(Finding::Severity::warning, map.name,
       fmt::format("the kernel refused '{}': {}", to_string(Action(event.message)), event.error));
  actions_.emplace_back(ReadMap{map.uuid});
}

void Watch::on(const Order& event) {
  const auto path = paths_.find(event.number);
  const auto found = maps_.find(event.uuid);
  if (found == maps_.end()) return;
  WatchedMap& map = found->second;
  const bool has_path_of_map = path != paths_.end() && path->second.uuid == event.uuid;
  switch (event.kind) {
    case Order::Kind::fail_path:
      if (!has_path_of_map) return;
      path->second.failed_by_operator = true;
      path->second.failed = true;
      tell(map, Message::Kind::fail_path, event.number);
      break;
    case Order::Kind::reinstate_path:
      if (!has_path_of_map) return;
      path->second.failed_by_operator = false;
      path->second.failed = false;
      tell(map, Message::Kind::reinstate_path, event.number);
      break;
    case Order::Kind::switch_group:
      map.asked_group = event.group;
      tell(map, Message::Kind::switch_group, {}, event.group);
      return;
    case Order::Kind::disable_queueing:
      map.queueing_disabled_by_operator = true;
      map.queueing_ended = false;
      schedule(map.queueing_ends, std::nullopt, Due::queueing, map.uuid);
      map.queues = false;
      tell(map, Message::Kind::stop_queueing);
      return;
    case Order::Kind::restore_queueing:
      map.queueing_disabled_by_operator = false;
      if (map.queues || !map.policy.no_path_retry ||
          map.policy.no_path_retry->kind == NoPathRetry::Kind::fail)
        return;
      map.queues = true;
      map.queueing_ended = false;
      tell(map, Message::Kind::queue);
      break;
  }
  look_at(map);
}

void Watch::schedule_check(WatchedPath& path, Instant when) {
  timers_.erase({path.due, Due::check, path.number, {}});
  path.due = when;
  timers_.insert({when, Due::check, path.number, {}});
}

void Watch::schedule(std::optional<Instant>& timer, std::optional<Instant> when, Due what,
                     const std::string& uuid) {
  if (timer) timers_.erase({*timer, what, {}, uuid});
  timer = when;
  if (when) timers_.insert({*when, what, {}, uuid});
}

void Watch::tell(WatchedMap& map, Message::Kind kind, DeviceNumber number, std::size_t group) {
  actions_.emplace_back(Message{kind, map.uuid, number, group});
}

void Watch::note(Finding::Severity severity, const std::string& subject, std::string text) {
  actions_.emplace_back(Note{severity, subject, std::move(text)});
}

void Watch::on(const MapSeen& event) {
  auto [entry, is_new] = maps_.try_emplace(event.uuid);
  WatchedMap& map = entry->second;
  map.uuid = event.uuid;
  map.name = event.name;
  if (is_new) map.place = next_place_++;
  const bool retries_change =
      !is_new && event.policy && event.policy->no_path_retry != map.policy.no_path_retry;
  take_policy(map, event);
  if (event.queues) map.queueing_ended = false;
  map.queues = event.queues;
  map.suspended = event.suspended;
  map.current_group = event.current_group;
  if (map.asked_group == event.current_group) map.asked_group = 0;
  map.replan_asked = false;
  take_paths(map, event);
  if (retries_change) obey_no_path_retry(map);
  look_at(map);
}

void Watch::take_policy(WatchedMap& map, const MapSeen& seen) {
  if (seen.policy) {
    map.policy = *seen.policy;
    // A running countdown goes on; without a count there is nothing to wait for.
    if (!queueing_time(map.policy))
      schedule(map.queueing_ends, std::nullopt, Due::queueing, map.uuid);
    if (map.policy.failback.kind != Failback::Kind::deferred)
      schedule(map.failback, std::nullopt, Due::failback, map.uuid);
  }
  map.phase = phase_of(map.place, map.policy.check.longest);
}

void Watch::take_paths(WatchedMap& map, const MapSeen& seen) {
  std::set<DeviceNumber> left;
  for (const WatchedGroup& group : map.groups) left.insert(group.paths.begin(), group.paths.end());
  map.groups.clear();
  for (const SeenGroup& group : seen.groups) {
    WatchedGroup& taken = map.groups.emplace_back();
    taken.disabled = group.disabled;
    for (const SeenPath& path : group.paths) {
      taken.paths.push_back(path.number);
      left.erase(path.number);
      take_path(map, path);
    }
  }
  for (const DeviceNumber number : left) forget_path(number);
}

void Watch::take_path(WatchedMap& map, const SeenPath& seen) {
  const auto there = paths_.find(seen.number);
  if (there != paths_.end() && there->second.uuid != map.uuid) forget_path(seen.number);
  auto [entry, is_new] = paths_.try_emplace(seen.number);
  WatchedPath& path = entry->second;
  path.number = seen.number;
  path.kname = seen.kname;
  path.uuid = map.uuid;
  if (is_new) {
    path.failed = seen.failed;
    path.interval = map.policy.check.interval;
    schedule_check(path, next_aligned(now_, map.phase, path.interval));
    return;
  }
  if (map.suspended) return;
  if (seen.failed && !path.failed) {
    failed_by_kernel(path, map);
  } else if (!seen.failed && path.failed) {
    path.failed = false;
    // Somebody took a path into use that does not work.
    const bool keeps_out = is_failure(path.state) || path.is_other_unit || path.distrusted;
    if (keeps_out && !path.failed_by_operator) {
      path.failed = true;
      tell(map, Message::Kind::fail_path, path.number);
    }
    path.failed_by_operator = false;
  }
}

void Watch::forget_path(DeviceNumber number) {
  const auto found = paths_.find(number);
  if (found == paths_.end()) return;
  const WatchedPath& path = found->second;
  timers_.erase({path.due, Due::check, number, {}});
  if (path.open) {
    timers_.erase({path.open->deadline, Due::deadline, number, {}});
    open_.erase(path.open->id);
  }
  paths_.erase(found);
}

void Watch::on(const MapGone& event) {
  const auto found = maps_.find(event.uuid);
  if (found == maps_.end()) return;
  WatchedMap& map = found->second;
  for (const WatchedGroup& group : map.groups) {
    for (const DeviceNumber number : group.paths) {
      const WatchedPath* path = find_path(number);
      if (path != nullptr && path->uuid == event.uuid) forget_path(number);
    }
  }
  schedule(map.queueing_ends, std::nullopt, Due::queueing, map.uuid);
  schedule(map.failback, std::nullopt, Due::failback, map.uuid);
  maps_.erase(found);
}

}  // namespace multipath::watch
