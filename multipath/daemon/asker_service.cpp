#include "multipath/daemon/asker_service.h"

#include <map>
#include <mutex>

#include "multipath/daemon/asker_message.h"
#include "multipath/daemon/lanes.h"
#include "multipath/daemon/packing.h"
#include "multipath/daemon/seen_map.h"
#include "multipath/discovery/check_path.h"
#include "multipath/model/printable.h"
#include "multipath/run/plan_run.h"

namespace multipath::daemon {
namespace {

constexpr std::chrono::milliseconds patience = std::chrono::hours(24);
/// Surveys run one after the other, in a lane that no SCSI host has.
constexpr std::uint64_t survey_lane = ~std::uint64_t{0};
/// As many paths of one adapter may hang before the other paths of it wait.
constexpr std::size_t threads_of_lane = 256;

class Service : public std::enable_shared_from_this<Service> {
 public:
  Service(Host& host, Configuration configuration, ByteStream& stream)
      : host_(host),
        configuration_(std::move(configuration)),
        table_(configuration_.hardware()),
        stream_(stream) {}

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
  using Maps = std::shared_ptr<const std::vector<CurrentMap>>;

  void dispatch(const AskerRequest& request, Lanes& checks, Lanes& surveys) {
    if (const auto* survey = std::get_if<SurveyRequest>(&request)) {
      surveys.run(survey_lane, [self = shared_from_this(), request = *survey] {
        self->reply(self->surveyed(request));
      });
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

  DiscoveryOptions options(std::chrono::milliseconds deadline) const {
    DiscoveryOptions options;
    options.deadline = deadline;
    options.state_of = StateOf::all;
    options.configuration = configuration_;
    return options;
  }

  Survey surveyed(const SurveyRequest& request) {
    Survey survey{.number = request.number, .whole_host = !request.devices};
    try {
      const DiscoveryOptions discovery = options(device_deadline(configuration_));
      // The daemon itself watches maps that queue.
      const PlanningOptions planning =
          make_planning_options(host_, discovery, {.queueing_is_known = true});
      PlanRun planned = request.devices
                            ? plan_units_of(host_, *request.devices, planning, discovery)
                            : plan_maps(host_, {}, planning, discovery, NeedDeviceMapper::yes);
      for (const Action& action : planned.plan.actions) {
        if (action.verb == Verb::nothing) continue;
        survey.changes.push_back({action.desired.wwid.text(), action.desired.name,
                                  to_string(action.verb), action.reason});
      }
      survey.paths = std::move(planned.paths);
      survey.findings = std::move(planned.findings);
      keep_maps(std::move(planned.maps), survey.whole_host);
    } catch (const std::exception& error) {
      survey.failure = printable(error.what());
    }
    return survey;
  }

  void keep_maps(std::vector<CurrentMap> maps, bool all) {
    const std::lock_guard lock(knowing_);
    if (!all) {
      std::set<std::string> again;
      for (const CurrentMap& map : maps) again.insert(map.uuid);
      for (const CurrentMap& map : *maps_)
        if (!again.contains(map.uuid)) maps.push_back(map);
    }
    maps_ = std::make_shared<const std::vector<CurrentMap>>(std::move(maps));
  }

  Maps known_maps() {
    const std::lock_guard lock(knowing_);
    return maps_;
  }

  watch::Answer checked(const watch::Ask& ask) {
    watch::Answer answer{.question = ask.question};
    try {
      const Maps maps = known_maps();
      const auto path =
          check_path(host_, configuration_.hardware(), table_, options(check_limit(configuration_)),
                     *maps, ask.number, ask.read ? ReadBlock::yes : ReadBlock::no);
      if (!path) {
        answer.state = CheckerState::faulty;
        answer.detail = "the disk is gone";
        return answer;
      }
      answer.state = path->checker_state;
      answer.priority = path->priority;
      if (path->answered && path->wwid) answer.wwid = path->wwid->text();
      if (!works(path->checker_state)) answer.detail = path->trouble;
    } catch (const std::exception& error) {
      answer.state = CheckerState::faulty;
      answer.detail = printable(error.what());
    }
    return answer;
  }

  Host& host_;
  const Configuration configuration_;
  SharedHardwareTable table_;
  ByteStream& stream_;
  std::mutex sending_;
  std::mutex knowing_;
  Maps maps_ = std::make_shared<const std::vector<CurrentMap>>();
};

}  // namespace

void serve_requests(Host& host, const Configuration& configuration, ByteStream& stream) {
  try {
    std::make_shared<Service>(host, configuration, stream)->serve();
  } catch (const BadPacking&) {
    // The daemon starts another process when this one ends.
  }
}

}  // namespace multipath::daemon
