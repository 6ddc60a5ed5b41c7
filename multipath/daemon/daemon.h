#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "multipath/config/configuration.h"
#include "multipath/daemon/asker.h"
#include "multipath/daemon/journal.h"
#include "multipath/daemon/kernel_maps.h"
#include "multipath/daemon/map_histories.h"
#include "multipath/daemon/snapshot.h"
#include "multipath/host/host.h"
#include "multipath/host/service_manager.h"
#include "multipath/host/uevent_monitor.h"
#include "multipath/watch/watch.h"
#include "multipath/wire/client_command.h"

namespace multipath::daemon {

/// What the daemon does with its decisions.
enum class Mode : std::uint8_t {
  observe,  ///< reports them, and changes nothing
  act,      ///< sends messages to maps
};

/// The daemon, apart from waiting: each call handles one kind of event and returns at once. Decisions
/// are multipath/watch's; devices are queried by the asker; of the host only sysfs, device-mapper's
/// tables and messages are used here, none of which waits for a device.
///
/// Times never go backwards.
class Daemon {
 public:
  struct Surroundings {
    Host& host;
    Asker& asker;
    ServiceManager& manager;
    Journal& journal;
    std::uint32_t process = 0;  ///< for `show daemon`
  };
  /// `configuration` is replaced when a client or a signal wants that: the asker that is started next
  /// has to get the present one.
  Daemon(const Surroundings& surroundings, Configuration& configuration, Mode mode);

  /// Starts the asker and the first survey. Throws std::system_error if the asker cannot be started.
  void start(watch::Instant now);
  /// Device-mapper has events; they were armed again before.
  void take_map_events(watch::Instant now);
  void take_uevents(watch::Instant now, const UeventMonitor::Taken& taken);
  void take_replies(watch::Instant now, const Asker::Received& received);
  void take_time(watch::Instant now);
  /// The reply to a client's command, in the form of multipath-tools 0.9.8 and newer.
  std::string reply_to(watch::Instant now, std::uint32_t user, std::string_view command);
  /// SIGHUP, or `reconfigure`: reads the configuration, then looks at the whole host. A configuration
  /// with errors is reported and not taken.
  void reconfigure(bool reload_all);
  /// SIGTERM, or `shutdown`.
  void stop();

  /// When take_time() is due at the latest.
  std::optional<watch::Instant> next_wake_up() const;
  bool is_stopped() const { return stopped_; }

 private:
  /// One survey at a time; what is wanted meanwhile is the next one.
  struct Surveys {
    std::uint64_t last = 0;
    std::optional<watch::Instant> running_since = {};
    std::optional<watch::Instant> due = {};  ///< of the next
    bool whole_host = false;                 ///< the next one
    bool reload_all = false;                 ///< the next one
    std::set<DeviceNumber> devices = {};     ///< of the next one
  };

  void step(watch::Instant now, const watch::Event& event);
  void act(watch::Instant now, const watch::Action& action);
  void send(watch::Instant now, const watch::Message& message);
  void read_refused_maps(watch::Instant now);
  void see_map(watch::Instant now, const std::string& uuid, bool with_policy);

  /// A plan that changes nothing is not asked for again and again.
  struct Replanning {
    std::optional<watch::Instant> last = {};
    watch::Duration pause = {};              ///< until the next one
    std::optional<watch::Instant> due = {};  ///< of one that was asked for too early
  };
  void replan(watch::Instant now, const std::string& uuid);
  void replan_what_is_due(watch::Instant now);

  void want_survey(watch::Instant now, std::optional<DeviceNumber> device);
  void start_survey(watch::Instant now);
  void restart_asker(watch::Instant now);
  void take(watch::Instant now, const Survey& survey);
  void take(watch::Instant now, const watch::Answer& answer);
  void take(watch::Instant now, const ReadConfiguration& read);
  void end_reconfiguring();
  void take(watch::Instant now, const Uevent& event);
  void report_changes(const Survey& survey);

  Snapshot snapshot(watch::Instant now) const;
  std::string reply(watch::Instant now, const wire::ClientCommand& command);
  std::string order_path(watch::Instant now, watch::Order::Kind kind, std::string_view path);
  std::string order_map(watch::Instant now, watch::Order order, std::string_view map);
  std::string order_all(watch::Instant now, watch::Order::Kind kind);
  std::string give(watch::Instant now, const watch::Order& order);
  std::string state_word() const;
  const Path* member_of(const CurrentMap& map) const;

  Host& host_;
  Asker& asker_;
  ServiceManager& manager_;
  Journal& journal_;
  std::uint32_t process_;
  Configuration& configuration_;
  Mode mode_;
  watch::Watch watch_;
  KernelMaps maps_;
  std::map<DeviceNumber, Path> paths_;             ///< of the last surveys
  std::map<std::string, PlannedChange> reported_;  ///< by WWID: what was last reported as wanted
  std::map<std::string, Replanning> replannings_;  ///< by uuid of the map
  Surveys surveys_;
  bool surveyed_ = false;  ///< once: until then maps are not watched, for want of their settings
  bool configuration_wanted_ = false;  ///< asked for, and not read yet
  bool reconfiguring_ = false;         ///< until the survey with the new configuration
  bool stopped_ = false;
  std::optional<std::string> refusal_;  ///< why the kernel refused the last message
  /// Maps to be read again, and when: a message was refused.
  std::set<std::string> to_read_;
  std::optional<watch::Instant> read_due_;
  MapHistories histories_;
};

}  // namespace multipath::daemon
