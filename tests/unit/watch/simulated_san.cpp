#include "tests/unit/watch/simulated_san.h"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

namespace multipath::tests {
namespace {

using namespace std::chrono_literals;

constexpr watch::Duration answer_time = 3ms;
constexpr watch::Duration event_time = 20ms;

}  // namespace

SimulatedSan::SimulatedSan(std::uint32_t seed, std::size_t maps, std::size_t paths_of_map,
                           const watch::MapPolicy& policy, Faults faults)
    : random_(seed), policy_(policy), faults_(faults) {
  now_ = Instant(Duration(1000s));
  std::size_t next = 0;
  for (std::size_t i = 0; i < maps; ++i) {
    KernelMap& map = maps_.emplace_back();
    map.groups.resize(paths_of_map > 1 ? 2 : 1);
    for (std::size_t j = 0; j < paths_of_map; ++j, ++next) {
      const DeviceNumber number = number_of(next);
      map.groups[j % map.groups.size()].push_back(number);
      paths_[number].map = i;
      paths_[number].since = now_;
    }
  }
  for (std::size_t i = 0; i < maps; ++i) {
    watch::MapSeen first = seen(i);
    first.policy = policy_;
    give(first);
  }
  if (faults_.paths_per_minute > 0) pending_.emplace(now_ + 1s, Pending{Pending::Kind::fault});
}

watch::MapSeen SimulatedSan::seen(std::size_t map) const {
  const KernelMap& kernel = maps_.at(map);
  watch::MapSeen result;
  result.uuid = uuid_of(map);
  result.name = "m" + std::to_string(map);
  result.queues = kernel.queues;
  result.current_group = kernel.current;
  for (const auto& group : kernel.groups) {
    watch::SeenGroup& seen = result.groups.emplace_back();
    for (const DeviceNumber number : group)
      seen.paths.push_back({number, "sd" + to_string(number), paths_.at(number).failed});
  }
  return result;
}

void SimulatedSan::give(const watch::Event& event) {
  for (const watch::Action& action : watch_.step(now_, event)) act(action);
}

void SimulatedSan::act(const watch::Action& action) {
  const std::string line =
      fmt::format("{} {}\n", now_.time_since_epoch().count(), watch::to_string(action));
  for (const char c : line)
    journal_hash = (journal_hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  if (keeps_journal) journal += line;
  if (const auto* ask = std::get_if<watch::Ask>(&action)) {
    KernelPath& path = paths_.at(ask->number);
    require(!path.open, "a second question to " + to_string(ask->number));
    require(!path.asked || now_ - *path.asked >= policy_.check.interval,
            to_string(ask->number) + " is asked too often");
    path.open = ask->question;
    path.asked = now_;
    ++asked_;
    const auto second = static_cast<std::size_t>(
        std::chrono::duration_cast<std::chrono::seconds>(now_.time_since_epoch()).count() - 1000);
    if (second >= asked_in_second_.size()) asked_in_second_.resize(second + 1);
    ++asked_in_second_[second];
    if (path.behaviour != Behaviour::silent)
      pending_.emplace(now_ + answer_time,
                       Pending{Pending::Kind::answer, ask->number, 0, ask->question});
  } else if (const auto* message = std::get_if<watch::Message>(&action)) {
    obey(*message);
  } else if (const auto* read = std::get_if<watch::ReadMap>(&action)) {
    announce(map_of(read->uuid));
  }
}

bool SimulatedSan::may_fail(const std::string& uuid) const {
  const watch::WatchedMap* map = watch_.find_map(uuid);
  if (map == nullptr) return false;
  const auto& retry = map->policy.no_path_retry;
  return map->queueing_disabled_by_operator || (retry && retry->kind == NoPathRetry::Kind::fail);
}

void SimulatedSan::obey(const watch::Message& message) {
  const std::size_t index = map_of(message.uuid);
  KernelMap& map = maps_.at(index);
  if (chance(faults_.refused)) {
    last_refusal_ = now_;
    give(watch::Refused{message, "Device or resource busy"});
    return;
  }
  using Kind = watch::Message::Kind;
  switch (message.kind) {
    case Kind::fail_path:
      paths_.at(message.number).failed = true;
      break;
    case Kind::reinstate_path:
      require(paths_.at(message.number).behaviour == Behaviour::works ||
                  now_ - paths_.at(message.number).since < 1s,
              to_string(message.number) + " is taken into use and does not work");
      paths_.at(message.number).failed = false;
      break;
    case Kind::switch_group:
      map.current = message.group;
      break;
    case Kind::queue:
      map.queues = true;
      break;
    case Kind::stop_queueing:
      require(map.without_path.has_value() || may_fail(message.uuid),
              message.uuid + " fails I/O while it has a path");
      map.queues = false;
      break;
  }
  note_paths(index);
  if (!chance(faults_.lost)) announce(index);
  if (chance(faults_.doubled)) announce(index);
}

void SimulatedSan::note_paths(std::size_t index) {
  KernelMap& map = maps_.at(index);
  const bool has_path = std::ranges::any_of(map.groups, [&](const auto& group) {
    return std::ranges::any_of(group,
                               [&](DeviceNumber number) { return !paths_.at(number).failed; });
  });
  if (has_path)
    map.without_path.reset();
  else if (!map.without_path)
    map.without_path = now_;
}

void SimulatedSan::announce(std::size_t map) {
  pending_.emplace(now_ + event_time, Pending{Pending::Kind::seen, {}, map, 0});
}

void SimulatedSan::set(DeviceNumber number, Behaviour behaviour) {
  KernelPath& path = paths_.at(number);
  const bool was_silent = path.behaviour == Behaviour::silent;
  path.behaviour = behaviour;
  path.since = now_;
  // A command that was kept is answered when the device speaks again.
  if (was_silent && behaviour != Behaviour::silent && path.open)
    pending_.emplace(now_ + answer_time, Pending{Pending::Kind::answer, number, 0, *path.open});
}

void SimulatedSan::io_error(DeviceNumber number) {
  KernelPath& path = paths_.at(number);
  if (path.failed) return;
  path.failed = true;
  path.since = now_;  // from now on it is missed, or should be
  note_paths(path.map);
  if (!chance(faults_.lost)) announce(path.map);
}

void SimulatedSan::some_fault() {
  pending_.emplace(now_ + 1s, Pending{Pending::Kind::fault});
  const auto changes =
      static_cast<std::size_t>(faults_.paths_per_minute) * paths_.size() / 60'000 + 1;
  std::uniform_int_distribution<std::size_t> any(0, paths_.size() - 1);
  for (std::size_t i = 0; i < changes; ++i) {
    const DeviceNumber number = number_of(any(random_));
    if (paths_.at(number).behaviour != Behaviour::works) {
      set(number, Behaviour::works);
    } else {
      set(number, chance(faults_.silent) ? Behaviour::silent : Behaviour::fails);
      if (chance(500)) io_error(number);
    }
  }
}

void SimulatedSan::happen(const Pending& what) {
  switch (what.kind) {
    case Pending::Kind::fault:
      some_fault();
      break;
    case Pending::Kind::seen:
      give(seen(what.map));
      break;
    case Pending::Kind::answer: {
      KernelPath& path = paths_.at(what.path);
      if (path.open != what.question) return;
      if (path.behaviour == Behaviour::silent) return;
      path.open.reset();
      watch::Answer answer{.question = what.question};
      answer.state =
          path.behaviour == Behaviour::works ? CheckerState::ready : CheckerState::faulty;
      answer.wwid = wwid_answered.empty() ? "w" + std::to_string(path.map) : wwid_answered;
      answer.detail = path.behaviour == Behaviour::works ? "" : "not ready";
      give(answer);
      break;
    }
  }
}

void SimulatedSan::run(Duration time) {
  const Instant end = now_ + time;
  Instant next_check = now_ + 1s;
  while (true) {
    Instant next = end;
    if (!pending_.empty()) next = std::min(next, pending_.begin()->first);
    if (const auto due = watch_.next_wake_up()) next = std::min(next, *due);
    now_ = std::max(now_, next);
    if (now_ >= end) break;
    if (!pending_.empty() && pending_.begin()->first <= now_) {
      happen(pending_.extract(pending_.begin()).mapped());
    } else {
      give(watch::Tick{});
      const auto due = watch_.next_wake_up();
      require(!due || *due > now_, "a tick leaves something that is due");
    }
    if (now_ >= next_check) {
      check_all();
      next_check = now_ + std::max<Duration>(1s, Duration(paths_.size() / 2));
    }
  }
  check_all();
}

bool SimulatedSan::chance(int of_thousand) {
  return of_thousand > 0 && std::uniform_int_distribution<int>(0, 999)(random_) < of_thousand;
}

void SimulatedSan::require(bool holds, const std::string& what) const {
  if (!holds)
    throw std::runtime_error(
        fmt::format("after {} s: {}", now_.time_since_epoch().count() / 1000 - 1000, what));
}

void SimulatedSan::check_path(DeviceNumber number, const KernelPath& path) const {
  const watch::WatchedPath* watched = watch_.find_path(number);
  require(watched != nullptr, to_string(number) + " is not watched");
  if (watched->failed_by_operator || watched->distrusted || watched->is_other_unit) return;
  // An event that was lost shows at the next check; a refusal or a distrust costs another one.
  const Duration patience = policy_.check.deadline + 2 * policy_.check.longest + 2s;
  const Duration strict = policy_.check.interval + policy_.check.deadline + 1s;
  const bool quiet = faults_.refused == 0 && faults_.lost == 0;
  const Duration age = now_ - path.since;
  if (path.behaviour == Behaviour::works)
    require(!path.failed || age <= (quiet ? strict : patience),
            fmt::format("{} works for {} ms and is not in use", to_string(number), age.count()));
  else
    require(
        path.failed || age <= patience + policy_.check.interval,
        fmt::format("{} does not work for {} ms and is in use", to_string(number), age.count()));
}

void SimulatedSan::check_all() const {
  for (const auto& [number, path] : paths_) check_path(number, path);
  const auto time = watch::queueing_time(policy_);
  if (!time) return;
  for (std::size_t i = 0; i < maps_.size(); ++i) {
    const KernelMap& map = maps_[i];
    if (!map.queues || !map.without_path) continue;
    const Duration age = now_ - *map.without_path;
    const Duration slack = faults_.refused != 0 || faults_.lost != 0
                               ? policy_.check.deadline + 2 * policy_.check.longest + 10s
                               : 1s + event_time;
    require(age <= *time + slack, fmt::format("{} queues for {} ms", uuid_of(i), age.count()));
  }
}

}  // namespace multipath::tests
