// The checks of paths: when each is asked, and what an answer changes.
#include <algorithm>

#include <fmt/format.h>

#include "multipath/watch/watch.h"

namespace multipath::watch {
namespace {

constexpr std::string_view uuid_prefix = "mpath-";
/// As many failures as any rule can ask for.
constexpr std::size_t most_failures = 16;

std::string_view wwid_of(const std::string& uuid) {
  std::string_view text = uuid;
  if (text.starts_with(uuid_prefix)) text.remove_prefix(uuid_prefix.size());
  return text;
}

}  // namespace

bool is_failure(CheckerState state) {
  switch (state) {
    case CheckerState::faulty:
    case CheckerState::shaky:
    case CheckerState::timeout:
    case CheckerState::delayed:
    case CheckerState::disconnected:
      return true;
    case CheckerState::undef:
    case CheckerState::ready:
    case CheckerState::ghost:
    case CheckerState::pending:
      break;
  }
  return false;
}

void Watch::ask(WatchedPath& path) {
  const WatchedMap& map = map_of(path);
  const CheckPolicy& policy = map.policy.check;
  schedule_check(path, next_aligned(now_, map.phase, path.interval));
  if (path.open) {
    keep_out(path);
    return;
  }
  OpenQuestion question{.id = ++questions_,
                        .deadline = now_ + policy.deadline,
                        .identity = policy.recheck_wwid && (path.failed || !works(path.state)),
                        .read = path.distrusted};
  open_.emplace(question.id, path.number);
  timers_.insert({question.deadline, Due::deadline, path.number, {}});
  actions_.emplace_back(
      Ask{question.id, path.number, question.identity, question.read, question.deadline});
  path.asked = now_;
  path.open = question;
}

void Watch::on(const Answer& event) {
  const auto found = open_.find(event.question);
  if (found == open_.end()) return;
  WatchedPath& path = paths_.at(found->second);
  open_.erase(found);
  const OpenQuestion question = *path.open;
  path.open.reset();
  // What was asked so long ago says nothing of the path now; but it can be asked again.
  if (question.overdue) return;
  timers_.erase({question.deadline, Due::deadline, path.number, {}});
  judge(path, event, question);
}

void Watch::judge(WatchedPath& path, const Answer& answer, const OpenQuestion& question) {
  WatchedMap& map = map_of(path);
  const bool did_work = works(path.state) && !path.failed;
  if (works(answer.state)) {
    path_works(path, answer, question);
  } else if (is_failure(answer.state)) {
    path_fails(path, answer.state, answer.detail);
  }
  const bool goes_on = did_work && works(answer.state) && !path.failed;
  path.interval =
      goes_on ? std::min(path.interval * 2, map.policy.check.longest) : map.policy.check.interval;
  schedule_check(path, next_aligned(now_, map.phase, path.interval));
  look_at(map, !did_work && works(path.state) && !path.failed ? &path : nullptr);
}

bool Watch::is_other_unit(WatchedPath& path, const Answer& answer) {
  if (!answer.wwid) return path.is_other_unit;
  const bool differs = *answer.wwid != wwid_of(path.uuid);
  if (differs && !path.is_other_unit) {
    note(Finding::Severity::error, path.kname,
         fmt::format("is a path of map {} but now identifies as {}: the LUN was replaced; the path "
                     "is kept out of use",
                     map_of(path).name, *answer.wwid));
    actions_.emplace_back(Replan{path.uuid, "a path has another identity"});
  }
  return differs;
}

void Watch::path_works(WatchedPath& path, const Answer& answer, const OpenQuestion& question) {
  WatchedMap& map = map_of(path);
  path.is_other_unit = is_other_unit(path, answer);
  if (path.is_other_unit) {
    path_fails(path, CheckerState::faulty, "another unit is behind it");
    return;
  }
  // Asked for before it failed: whether it still is the same unit is not known yet.
  const bool identity_is_open = path.failed && map.policy.check.recheck_wwid && !answer.wwid;
  if (path.distrusted && question.read) {
    path.distrusted = false;
    path.failures.clear();
  }
  path.state = answer.state;
  path.detail.clear();
  if (answer.priority) path.priority = answer.priority;
  if (!path.failed || path.failed_by_operator || path.distrusted || identity_is_open ||
      map.suspended)
    return;
  path.failed = false;
  tell(map, Message::Kind::reinstate_path, path.number);
  note(Finding::Severity::note, path.kname, fmt::format("path of {} is in use again", map.name));
}

void Watch::path_fails(WatchedPath& path, CheckerState state, const std::string& detail) {
  WatchedMap& map = map_of(path);
  if (!is_failure(path.state) || path.detail != detail)
    note(Finding::Severity::warning, path.kname,
         fmt::format("path of {} does not work: {}", map.name,
                     detail.empty() ? to_string(state) : detail));
  path.state = state;
  path.detail = detail;
  keep_out(path);
}

void Watch::keep_out(WatchedPath& path) {
  WatchedMap& map = map_of(path);
  if (!is_failure(path.state) || path.failed || map.suspended) return;
  path.failed = true;
  tell(map, Message::Kind::fail_path, path.number);
  schedule(map.failback, std::nullopt, Due::failback, map.uuid);
}

void Watch::failed_by_kernel(WatchedPath& path, const WatchedMap& map) {
  path.failed = true;
  note(Finding::Severity::warning, path.kname,
       fmt::format("the kernel failed the path of {}", map.name));
  if (works(path.state)) {
    path.failures.push_back(now_);
    if (path.failures.size() > most_failures) path.failures.pop_front();
    const auto recent = std::ranges::count_if(path.failures, [&](Instant failure) {
      return now_ - failure <= map.policy.distrust.window;
    });
    if (map.policy.distrust.failures != 0 && !path.distrusted &&
        recent >= static_cast<std::ptrdiff_t>(map.policy.distrust.failures)) {
      path.distrusted = true;
      note(Finding::Severity::warning, path.kname,
           fmt::format("I/O of {} failed {} times although its checks passed: it has to pass a "
                       "read before it is used again",
                       map.name, recent));
    }
  }
  path.interval = map.policy.check.interval;
  schedule_check(path, std::min(path.due, next_aligned(now_, map.phase, path.interval)));
}

void Watch::on(const PathTouched& event) {
  const auto found = paths_.find(event.number);
  if (found == paths_.end()) return;
  WatchedPath& path = found->second;
  const Duration interval = map_of(path).policy.check.interval;
  const Instant soonest = path.asked ? std::max(now_, *path.asked + interval) : now_;
  path.interval = interval;
  if (soonest < path.due) schedule_check(path, soonest);
}

void Watch::on(const PathGone& event) {
  const auto found = paths_.find(event.number);
  if (found == paths_.end()) return;
  WatchedPath& path = found->second;
  WatchedMap& map = map_of(path);
  path_fails(path, CheckerState::faulty, "the disk is gone");
  actions_.emplace_back(Replan{map.uuid, "a disk is gone"});
  look_at(map);
}

}  // namespace multipath::watch
