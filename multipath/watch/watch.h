#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "multipath/watch/action.h"
#include "multipath/watch/event.h"
#include "multipath/watch/policy.h"
#include "multipath/watch/time.h"

namespace multipath::watch {

/// A question that is out. Until it is answered no other is asked, even past its deadline: the device
/// still has the command.
struct OpenQuestion {
  QuestionId id = 0;
  Instant deadline;
  bool identity = false;  ///< the identity was asked for
  bool read = false;      ///< a block was to be read
  bool overdue = false;
};

/// Does a checker's word keep the path out of use?
bool is_failure(CheckerState state);

/// A path of a map.
struct WatchedPath {
  DeviceNumber number;
  std::string kname;
  std::string uuid;                          ///< of its map
  CheckerState state = CheckerState::undef;  ///< by its last check; undef before the first
  std::optional<int> priority = {};
  std::string detail = {};          ///< why it does not work
  bool failed = false;              ///< in the kernel, or told to be
  bool failed_by_operator = false;  ///< until an operator reinstates it
  bool is_other_unit = false;       ///< its last identity is not the map's
  bool distrusted = false;          ///< has to pass a read before it is used
  Duration interval = {};
  Instant due = {};                   ///< of the next check
  std::optional<Instant> asked = {};  ///< when the last check began
  std::optional<OpenQuestion> open = {};
  std::deque<Instant> failures = {};  ///< that the kernel met while checks passed; a few
};

struct WatchedGroup {
  std::vector<DeviceNumber> paths;
  bool disabled = false;
};

/// A map, its policy and its countdowns.
struct WatchedMap {
  std::string uuid;
  std::string name;
  std::vector<WatchedGroup> groups = {};
  std::size_t current_group = 0;  ///< from 1; 0 for none
  bool queues = false;
  bool suspended = false;
  MapPolicy policy = {};
  std::uint64_t place = 0;  ///< in the order in which maps were first seen
  Duration phase = {};      ///< of its checks
  bool queueing_disabled_by_operator = false;
  bool queueing_ended = false;  ///< by no_path_retry; queueing returns with a path
  std::optional<Instant> queueing_ends = {};
  std::optional<Instant> failback = {};
  std::size_t asked_group = 0;  ///< the last switch that was asked for; 0 for none
  bool without_path = false;
  bool replan_asked = false;  ///< until the map is seen again
  std::uint64_t losses = 0;   ///< times that the last path was lost
};

/// The daemon's decisions: a value. The same events at the same times give the same actions. Nothing
/// here reads a clock, a device or a file, waits or logs.
///
/// Cost: a step is O(log n) in the number of paths, apart from what it does; memory is bounded by the
/// paths and maps that the kernel has.
class Watch {
 public:
  /// What the event leads to. Times never go backwards.
  std::vector<Action> step(Instant now, const Event& event);

  /// When a Tick is due at the latest; nothing while there is nothing to wait for.
  std::optional<Instant> next_wake_up() const;

  const std::map<std::string, WatchedMap>& maps() const { return maps_; }
  const std::map<DeviceNumber, WatchedPath>& paths() const { return paths_; }
  const WatchedPath* find_path(DeviceNumber number) const;
  const WatchedMap* find_map(const std::string& uuid) const;

 private:
  /// What happens at an instant.
  enum class Due : std::uint8_t { deadline, check, queueing, failback };
  struct Timer {
    Instant when;
    Due what = Due::check;
    DeviceNumber number = {};
    std::string uuid = {};

    auto operator<=>(const Timer&) const = default;
  };

  void on(const Tick& event);
  void on(const Answer& event);
  void on(const MapSeen& event);
  void on(const MapGone& event);
  void on(const PathGone& event);
  void on(const PathTouched& event);
  void on(const AskerRestarted& event);
  void on(const Refused& event);
  void on(const Order& event);

  void take_policy(WatchedMap& map, const MapSeen& seen);
  void take_paths(WatchedMap& map, const MapSeen& seen);
  void take_path(WatchedMap& map, const SeenPath& seen);
  void forget_path(DeviceNumber number);

  void schedule_check(WatchedPath& path, Instant when);
  void schedule(std::optional<Instant>& timer, std::optional<Instant> when, Due what,
                const std::string& uuid);
  void ask(WatchedPath& path);
  void judge(WatchedPath& path, const Answer& answer, const OpenQuestion& question);
  void path_works(WatchedPath& path, const Answer& answer, const OpenQuestion& question);
  void path_fails(WatchedPath& path, CheckerState state, const std::string& detail);
  void keep_out(WatchedPath& path);  ///< if it does not work and is in use
  void failed_by_kernel(WatchedPath& path, const WatchedMap& map);
  bool is_other_unit(WatchedPath& path, const Answer& answer);

  void look_at(WatchedMap& map, const WatchedPath* returned = nullptr);
  void look_at_priorities(WatchedMap& map);
  void look_at_queueing(WatchedMap& map);
  void obey_no_path_retry(WatchedMap& map);
  void look_at_groups(WatchedMap& map, const WatchedPath* returned);
  std::size_t group_to_use(const WatchedMap& map) const;  ///< 0: the one in use
  void fail_back(WatchedMap& map);
  bool is_usable(const WatchedPath& path) const;
  bool has_path(const WatchedMap& map) const;

  WatchedMap& map_of(const WatchedPath& path) { return maps_.at(path.uuid); }
  void tell(WatchedMap& map, Message::Kind kind, DeviceNumber number = {}, std::size_t group = 0);
  void note(Finding::Severity severity, const std::string& subject, std::string text);

  Instant now_ = {};
  QuestionId questions_ = 0;
  std::uint64_t next_place_ = 0;
  std::map<std::string, WatchedMap> maps_;
  std::map<DeviceNumber, WatchedPath> paths_;
  std::map<QuestionId, DeviceNumber> open_;
  std::set<Timer> timers_;
  std::vector<Action> actions_;
};

}  // namespace multipath::watch
