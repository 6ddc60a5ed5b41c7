#include "multipath/daemon/daemon.h"

#include <limits>

#include <fmt/format.h>

#include "multipath/daemon/seen_map.h"
#include "multipath/host/sys_tree.h"

namespace multipath::daemon {
namespace {

/// A survey waits this long for more events of the same burst.
constexpr watch::Duration burst = std::chrono::seconds(1);
/// What the kernel refused is looked at again after this time.
constexpr watch::Duration again = std::chrono::seconds(1);
/// A map is planned again after the first pause, then after pauses that double.
constexpr watch::Duration first_pause = std::chrono::seconds(5);
constexpr watch::Duration longest_pause = std::chrono::minutes(10);
/// After a survey that failed, the next one begins so much later.
constexpr watch::Duration retry = std::chrono::seconds(30);
/// A survey that takes longer will not come: its deadlines are far shorter.
constexpr watch::Duration survey_limit = std::chrono::minutes(10);

std::string text_of(const watch::Message& message) {
  using Kind = watch::Message::Kind;
  switch (message.kind) {
    case Kind::fail_path:
      return "fail_path " + to_string(message.number);
    case Kind::reinstate_path:
      return "reinstate_path " + to_string(message.number);
    case Kind::switch_group:
      return fmt::format("switch_group {}", message.group);
    case Kind::queue:
      return "queue_if_no_path";
    case Kind::stop_queueing:
      break;
  }
  return "fail_if_no_path";
}

}  // namespace

Daemon::Daemon(const Surroundings& surroundings, Configuration& configuration, Mode mode)
    : host_(surroundings.host),
      asker_(surroundings.asker),
      manager_(surroundings.manager),
      journal_(surroundings.journal),
      process_(surroundings.process),
      configuration_(configuration),
      mode_(mode),
      maps_(host_.device_mapper) {}

void Daemon::start(watch::Instant now) {
  manager_.notify("STATUS=configure");
  asker_.start();
  surveys_.whole_host = true;
  start_survey(now);
}

void Daemon::stop() {
  stopped_ = true;
  manager_.notify("STOPPING=1\nSTATUS=shutdown");
}

void Daemon::reconfigure(bool reload_all) {
  surveys_.reload_all = surveys_.reload_all || reload_all;
  reconfiguring_ = true;
  configuration_wanted_ = true;
  manager_.notify("RELOADING=1\nSTATUS=configure");
  asker_.ask(ConfigurationRequest{});
}

void Daemon::end_reconfiguring() {
  if (std::exchange(reconfiguring_, false)) manager_.notify("READY=1\nSTATUS=up");
}

/// The asker has the same texts, and takes them by the same rule.
void Daemon::take(watch::Instant now, const ReadConfiguration& read) {
  configuration_wanted_ = false;
  auto configuration = Configuration::load(read.texts);
  const Diagnostics& diagnostics =
      configuration ? configuration->warnings() : configuration.error();
  for (const Diagnostic& diagnostic : diagnostics)
    journal_.warn("multipath.conf", to_string(diagnostic));
  if (!configuration || !read.failure.empty()) {
    journal_.error("multipath.conf", read.failure.empty()
                                         ? "has errors; the former configuration stays in force"
                                         : read.failure);
    return end_reconfiguring();
  }
  configuration_ = std::move(*configuration);
  want_survey(now, std::nullopt);
  surveys_.due = now;
}

void Daemon::step(watch::Instant now, const watch::Event& event) {
  for (const watch::Action& action : watch_.step(now, event)) act(now, action);
}

void Daemon::act(watch::Instant now, const watch::Action& action) {
  if (const auto* ask = std::get_if<watch::Ask>(&action)) {
    asker_.ask(*ask);
  } else if (const auto* message = std::get_if<watch::Message>(&action)) {
    send(now, *message);
  } else if (const auto* replan = std::get_if<watch::Replan>(&action)) {
    this->replan(now, replan->uuid);
  } else if (const auto* read = std::get_if<watch::ReadMap>(&action)) {
    // Not at once: what the kernel refuses now it may refuse again.
    to_read_.insert(read->uuid);
    read_due_ = now + again;
  } else if (const auto* note = std::get_if<watch::Note>(&action)) {
    journal_.add({note->severity, note->subject, note->text});
  }
}

void Daemon::replan(watch::Instant now, const std::string& uuid) {
  const auto map = maps_.all().find(uuid);
  if (map == maps_.all().end()) return;
  Replanning& replanning = replannings_[uuid];
  if (replanning.last && now < *replanning.last + replanning.pause) {
    replanning.due = *replanning.last + replanning.pause;
    return;
  }
  const bool was_quiet = !replanning.last || now > *replanning.last + 2 * replanning.pause;
  replanning.pause = was_quiet ? first_pause : std::min(2 * replanning.pause, longest_pause);
  replanning.last = now;
  replanning.due.reset();
  for (const DeviceNumber number : path_numbers(map->second)) want_survey(now, number);
}

void Daemon::replan_what_is_due(watch::Instant now) {
  for (const auto& [uuid, replanning] : replannings_)
    if (replanning.due && *replanning.due <= now) replan(now, uuid);
}

void Daemon::send(watch::Instant now, const watch::Message& message) {
  const auto map = maps_.all().find(message.uuid);
  if (map == maps_.all().end()) return;
  const std::string text = text_of(message);
  if (mode_ == Mode::observe) {
    journal_.note(map->second.name, fmt::format("would send '{}'", text));
    return;
  }
  try {
    host_.device_mapper.message(map->second.name, 0, text);
  } catch (const std::system_error& error) {
    refusal_ = error.code().message();
    step(now, watch::Refused{message, *refusal_});
  }
}

void Daemon::read_refused_maps(watch::Instant now) {
  read_due_.reset();
  for (const std::string& uuid : std::exchange(to_read_, {}))
    if (maps_.read_again(uuid)) see_map(now, uuid, false);
  take_map_events(now);
}

const Path* Daemon::member_of(const CurrentMap& map) const {
  for (const DeviceNumber number : path_numbers(map)) {
    const auto path = paths_.find(number);
    if (path != paths_.end()) return &path->second;
  }
  return nullptr;
}

void Daemon::see_map(watch::Instant now, const std::string& uuid, bool with_policy) {
  const auto found = maps_.all().find(uuid);
  if (found == maps_.all().end()) return;
  const CurrentMap& map = found->second;
  histories_.see(now, map);
  watch::MapSeen seen = seen_map(host_.sys, map);
  if (with_policy || watch_.find_map(uuid) == nullptr)
    seen.policy = policy_of(configuration_, map, member_of(map));
  step(now, seen);
}

void Daemon::take_map_events(watch::Instant now) {
  if (!surveyed_) return;
  try {
    const KernelMaps::Changes changes = maps_.read();
    for (const Finding& finding : changes.findings) journal_.add(finding);
    for (const std::string& uuid : changes.gone) {
      histories_.forget(uuid);
      replannings_.erase(uuid);
      step(now, watch::MapGone{uuid});
    }
    for (const std::string& uuid : changes.seen) {
      // A map of paths that no survey has found: somebody made it meanwhile.
      const CurrentMap& map = maps_.all().at(uuid);
      if (watch_.find_map(uuid) == nullptr && member_of(map) == nullptr)
        for (const DeviceNumber number : path_numbers(map)) want_survey(now, number);
      see_map(now, uuid, false);
    }
  } catch (const std::system_error& error) {
    journal_.error("device-mapper", error.what());
  }
}

void Daemon::take_uevents(watch::Instant now, const UeventMonitor::Taken& taken) {
  for (const Uevent& event : taken.events) take(now, event);
  if (!taken.lost) return;
  journal_.warn("udev", "events were lost; all disks are looked at again");
  want_survey(now, std::nullopt);
}

void Daemon::take(watch::Instant now, const Uevent& event) {
  if (event.subsystem == "scsi") {
    // A unit attention, or a new state, of the device: its disk is the only entry of block/.
    for (const std::string& kname :
         names_in(host_.sys, fmt::format("bus/scsi/devices/{}/block", event.kname)))
      if (const auto number = number_of_kname(host_.sys, kname))
        step(now, watch::PathTouched{*number});
    return;
  }
  if (!event.number || event.kname.starts_with("dm-")) return;
  if (event.action == "remove") step(now, watch::PathGone{*event.number});
  want_survey(now, *event.number);
}

void Daemon::want_survey(watch::Instant now, std::optional<DeviceNumber> device) {
  if (device)
    surveys_.devices.insert(*device);
  else
    surveys_.whole_host = true;
  if (!surveys_.due) surveys_.due = now + burst;
}

void Daemon::start_survey(watch::Instant now) {
  SurveyRequest request{.number = ++surveys_.last};
  request.reload_all = surveys_.whole_host && std::exchange(surveys_.reload_all, false);
  if (!surveys_.whole_host) request.devices = std::exchange(surveys_.devices, {});
  surveys_.devices.clear();
  surveys_.whole_host = false;
  surveys_.due.reset();
  surveys_.running_since = now;
  asker_.ask(request);
}

/// What was open is asked again: the checks when they are due, and the whole host.
void Daemon::restart_asker(watch::Instant now) {
  journal_.warn("multipathd", "the process that queries devices ended or hangs; starting another");
  asker_.start();
  step(now, watch::AskerRestarted{});
  surveys_.running_since.reset();
  if (configuration_wanted_) asker_.ask(ConfigurationRequest{});
  want_survey(now, std::nullopt);
}

void Daemon::take_replies(watch::Instant now, const Asker::Received& received) {
  for (const AskerReply& reply : received.replies)
    std::visit([&](const auto& what) { take(now, what); }, reply);
  if (received.ended) restart_asker(now);
}

void Daemon::take(watch::Instant now, const watch::Answer& answer) { step(now, answer); }

void Daemon::take(watch::Instant now, const Survey& survey) {
  if (survey.number != surveys_.last) return;
  surveys_.running_since.reset();
  if (!survey.failure.empty()) {
    journal_.error("multipathd", "discovery failed: " + survey.failure);
    surveys_.whole_host = true;
    surveys_.due = now + retry;
    return;
  }
  if (survey.whole_host) paths_.clear();
  for (Path path : survey.paths) {
    // A survey of some devices knows their order among themselves only.
    const auto before = paths_.find(path.number);
    if (before != paths_.end())
      path.udev_order = before->second.udev_order;
    else if (!survey.whole_host)
      path.udev_order = std::numeric_limits<std::uint32_t>::max();
    paths_.insert_or_assign(path.number, path);
  }
  std::erase_if(paths_, [&](const auto& entry) {
    return !host_.sys.exists("dev/block/" + to_string(entry.first));
  });
  report_changes(survey);
  const bool is_first = !std::exchange(surveyed_, true);
  take_map_events(now);
  for (const CurrentMap& map : maps_.listed()) see_map(now, map.uuid, true);
  if (is_first) manager_.notify("READY=1\nSTATUS=up");
  if (survey.whole_host && !surveys_.due && !configuration_wanted_) end_reconfiguring();
}

/// A change that was reported is reported again only when its reason differs.
void Daemon::report_changes(const Survey& survey) {
  for (const Finding& finding : survey.done) journal_.add(finding);
  for (const Finding& finding : survey.findings)
    if (finding.severity != Finding::Severity::note) journal_.add(finding);
  if (survey.whole_host) {
    std::set<std::string> wanted;
    for (const PlannedChange& change : survey.changes) wanted.insert(change.wwid);
    std::erase_if(reported_, [&](const auto& entry) { return !wanted.contains(entry.first); });
  }
  for (const PlannedChange& change : survey.changes) {
    const auto [entry, is_new] = reported_.try_emplace(change.wwid, change);
    if (!is_new && entry->second == change) continue;
    entry->second = change;
    journal_.note(change.name, fmt::format("multipath would {}: {}", change.verb, change.reason));
  }
}

void Daemon::take_time(watch::Instant now) {
  step(now, watch::Tick{});
  if (read_due_ && *read_due_ <= now) read_refused_maps(now);
  replan_what_is_due(now);
  if (surveys_.running_since && now - *surveys_.running_since >= survey_limit) restart_asker(now);
  if (surveys_.due && *surveys_.due <= now && !surveys_.running_since) start_survey(now);
}

std::optional<watch::Instant> Daemon::next_wake_up() const {
  std::optional<watch::Instant> next = watch_.next_wake_up();
  const auto consider = [&](watch::Instant when) { next = next ? std::min(*next, when) : when; };
  if (read_due_) consider(*read_due_);
  for (const auto& [uuid, replanning] : replannings_)
    if (replanning.due) consider(*replanning.due);
  if (surveys_.running_since)
    consider(*surveys_.running_since + survey_limit);
  else if (surveys_.due)
    consider(*surveys_.due);
  return next;
}

std::string Daemon::state_word() const {
  if (stopped_) return "shutdown";
  if (!surveyed_ || reconfiguring_) return "configure";
  return surveys_.running_since ? "running" : "idle";
}

}  // namespace multipath::daemon
