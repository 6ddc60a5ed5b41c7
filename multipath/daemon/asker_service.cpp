#include "multipath/daemon/asker_service.h"

#include <algorithm>
#include <mutex>
#include <set>

#include <fmt/format.h>

#include "multipath/daemon/asker_message.h"
#include "multipath/daemon/lanes.h"
#include "multipath/daemon/packing.h"
#include "multipath/daemon/seen_map.h"
#include "multipath/discovery/check_path.h"
#include "multipath/model/printable.h"
#include "multipath/run/apply_run.h"
#include "multipath/run/event_run.h"
#include "multipath/run/load_configuration.h"
#include "multipath/run/plan_run.h"

namespace multipath::daemon {
namespace {

constexpr std::chrono::milliseconds patience = std::chrono::hours(24);
/// Surveys run one after the other, in a lane that no SCSI host has.
constexpr std::uint64_t survey_lane = ~std::uint64_t{0};
/// As many paths of one adapter may hang before the other paths of it wait.
constexpr std::size_t threads_of_lane = 1024;

class Service : public std::enable_shared_from_this<Service> {
 public:
  Service(Host& host, Configuration configuration, Writing writing, ByteStream& stream)
      : host_(host),
        writing_(writing),
        stream_(stream),
        settings_(std::make_shared<Settings>(std::move(configuration))) {}

  void serve() {
    host_.scsi.prepare();
    Lanes checks(threads_of_lane);
    Lanes surveys(1);
    std::string received;
    for (;;) {
      const auto bytes = stream_.receive(patience);
      if (!bytes && bytes.error() == std::errc::timed_out) continue;
      if (!bytes || bytes->empty()) return;
      received += *bytes;
      while (const auto request = take_request(received)) dispatch(*request, checks, surveys);
    }
  }

 private:
  /// The configuration in force; a request keeps the one that it began with.
  struct Settings {
    explicit Settings(Configuration in_force)
        : configuration(std::move(in_force)), table(configuration.hardware()) {}
    Configuration configuration;
    SharedHardwareTable table;
  };

  /// What the last surveys found, for checks. Immutable: checks read it while surveys replace it.
  struct Known {
    std::vector<CurrentMap> maps;
    std::set<DeviceNumber> nameless;  ///< devices that answered and have no identity
  };

  void dispatch(const AskerRequest& request, Lanes& checks, Lanes& surveys) {
    if (const auto* survey = std::get_if<SurveyRequest>(&request)) {
      surveys.run(survey_lane, [self = shared_from_this(), request = *survey] {
        self->reply(self->surveyed(request));
      });
      return;
    }
    if (std::holds_alternative<ConfigurationRequest>(request)) {
      // Behind the surveys of the former configuration, before those of this one.
      surveys.run(survey_lane,
                  [self = shared_from_this()] { self->reply(self->read_configuration()); });
      return;
    }
    const auto& ask = std::get<watch::Ask>(request);
    checks.run(host_number(ask.number),
               [self = shared_from_this(), ask] { self->reply(self->checked(ask)); });
  }

  /// All paths that no SCSI host has share a lane.
  std::uint64_t host_number(DeviceNumber number) const {
    const auto disks = enumerate_disks(host_.sys, std::set{number});
    const bool is_scsi = !disks.empty() && disks.front().path.bus() == Bus::scsi;
    return is_scsi ? disks.front().path.address.host : survey_lane;
  }

  void reply(const AskerReply& reply) {
    const std::string message = message_of(reply);
    const std::lock_guard lock(sending_);
    // A stream that breaks ends serve().
    static_cast<void>(stream_.send(message, patience));
  }

  static DiscoveryOptions options(const Configuration& configuration,
                                  std::chrono::milliseconds deadline) {
    DiscoveryOptions options;
    options.deadline = deadline;
    options.state_of = StateOf::all;
    options.configuration = configuration;
    return options;
  }

  std::shared_ptr<Settings> settings() {
    const std::lock_guard lock(knowing_);
    return settings_;
  }

  ReadConfiguration read_configuration() {
    ConfigurationTexts texts = read_configuration_texts(host_);
    ReadConfiguration read{std::move(texts.files), {}};
    if (!texts.unreadable.empty()) {
      read.failure = to_string(texts.unreadable.front());
      return read;
    }
    if (auto configuration = Configuration::load(read.texts)) {
      auto settings = std::make_shared<Settings>(std::move(*configuration));
      const std::lock_guard lock(knowing_);
      settings_ = std::move(settings);
    }
    return read;
  }

  Survey surveyed(const SurveyRequest& request) {
    Survey survey;
    survey.number = request.number;
    survey.whole_host = !request.devices;
    try {
      const Configuration configuration = settings()->configuration;
      const DiscoveryOptions discovery = options(configuration, device_deadline(configuration));
      if (writing_ == Writing::yes) carry_out(request, discovery, survey);
      PlanRun planned = plan(request.devices, discovery, false);
      for (const Action& action : planned.plan.actions) {
        if (action.verb == Verb::nothing) continue;
        survey.changes.push_back({action.desired.wwid.text(), action.desired.name,
                                  to_string(action.verb), action.reason});
      }
      keep(planned.paths, std::move(planned.maps), survey.whole_host);
      survey.paths = std::move(planned.paths);
      survey.findings = std::move(planned.findings);
    } catch (const std::exception& error) {
      survey.failure = printable(error.what());
    }
    return survey;
  }

  PlanRun plan(const std::optional<std::set<DeviceNumber>>& devices,
               const DiscoveryOptions& discovery, bool reload_all) {
    // The daemon itself watches maps that queue.
    const PlanningOptions planning = make_planning_options(
        host_, discovery, {.queueing_is_known = true, .force_reload = reload_all});
    return devices ? plan_units_of(host_, *devices, planning, discovery)
                   : plan_maps(host_, {}, planning, discovery, NeedDeviceMapper::yes);
  }

  /// What another process is doing at this moment, it does with the present devices as well: all are
  /// handed in before the turn is taken.
  void carry_out(const SurveyRequest& request, const DiscoveryOptions& discovery, Survey& survey) {
    std::set<DeviceNumber> devices;
    if (request.devices)
      devices = *request.devices;
    else
      for (const Disk& disk : enumerate_disks(host_.sys, std::nullopt))
        devices.insert(disk.path.number);
    if (devices.empty()) return;
    for (const DeviceNumber device : devices) host_.events->hand_in(device);
    take_turns(*host_.events, *devices.begin(), [&](const std::set<DeviceNumber>& waiting) {
      const PlanRun planned = plan(waiting, discovery, request.reload_all);
      Notices notices;
      notices.finding = [&](const Finding& finding) { survey.done.push_back(finding); };
      for (const Outcome& outcome :
           apply_planned(host_, planned, discovery.configuration, notices, dm::WaitForUdev::no))
        report(outcome, survey);
    });
  }

  static void report(const Outcome& outcome, Survey& survey) {
    const Action& action = outcome.action;
    const std::string verb = to_string(action.verb);
    // A rejected change stays among the changes of the plan, and is reported there.
    if (action.verb == Verb::nothing || action.verb == Verb::refuse) return;
    if (outcome.failed())
      survey.done.push_back({Finding::Severity::error, action.desired.name,
                             fmt::format("{} failed: {}", verb, outcome.error)});
    else
      survey.done.push_back({Finding::Severity::note, action.desired.name,
                             fmt::format("{}: {}", verb, action.reason)});
    for (const std::string& remark : outcome.remarks)
      survey.done.push_back({Finding::Severity::warning, action.desired.name, remark});
  }

  void keep(const std::vector<Path>& paths, std::vector<CurrentMap> maps, bool all) {
    const std::lock_guard lock(knowing_);
    Known known{std::move(maps), {}};
    if (!all) {
      known.nameless = known_->nameless;
      std::set<std::string> again;
      for (const CurrentMap& map : known.maps) again.insert(map.uuid);
      for (const CurrentMap& map : known_->maps)
        if (!again.contains(map.uuid)) known.maps.push_back(map);
    }
    for (const Path& path : paths) {
      if (path.answered && !path.wwid)
        known.nameless.insert(path.number);
      else
        known.nameless.erase(path.number);
    }
    known_ = std::make_shared<const Known>(std::move(known));
  }

  std::shared_ptr<const Known> known() {
    const std::lock_guard lock(knowing_);
    return known_;
  }

  /// A device that never had an identity of its own keeps that of its map: nothing else can tell
  /// whether it still is the same unit.
  static std::optional<std::string> identity_of(const Path& path, const Known& known) {
    if (!path.answered) return std::nullopt;
    if (path.wwid) return path.wwid->text();
    if (!known.nameless.contains(path.number)) return std::nullopt;
    const auto map = std::ranges::find_if(
        known.maps, [&](const CurrentMap& each) { return has_path(each, path.number); });
    const auto wwid = map == known.maps.end() ? std::nullopt : wwid_of_map_uuid(map->uuid);
    return wwid ? std::optional(wwid->text()) : std::nullopt;
  }

  watch::Answer checked(const watch::Ask& ask) {
    watch::Answer answer{.question = ask.question};
    try {
      const auto known = this->known();
      const auto settings = this->settings();
      const Configuration& configuration = settings->configuration;
      const auto path = check_path(host_, configuration.hardware(), settings->table,
                                   options(configuration, check_limit(configuration)), known->maps,
                                   ask.number, ask.read ? ReadBlock::yes : ReadBlock::no);
      if (!path) {
        answer.state = CheckerState::faulty;
        answer.detail = "the disk is gone";
        return answer;
      }
      answer.state = path->checker_state;
      answer.priority = path->priority;
      answer.wwid = identity_of(*path, *known);
      if (!works(path->checker_state)) answer.detail = path->trouble;
    } catch (const std::exception& error) {
      answer.state = CheckerState::faulty;
      answer.detail = printable(error.what());
    }
    return answer;
  }

  Host& host_;
  const Writing writing_;
  ByteStream& stream_;
  std::mutex sending_;
  std::mutex knowing_;  ///< of the two below
  std::shared_ptr<Settings> settings_;
  std::shared_ptr<const Known> known_ = std::make_shared<const Known>();
};

}  // namespace

void serve_requests(Host& host, const Configuration& configuration, Writing writing,
                    ByteStream& stream) {
  try {
    std::make_shared<Service>(host, configuration, writing, stream)->serve();
  } catch (const BadPacking&) {
    // The daemon starts another process when this one ends.
  }
}

}  // namespace multipath::daemon
