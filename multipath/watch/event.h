#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "multipath/model/device_number.h"
#include "multipath/model/path.h"
#include "multipath/watch/message.h"
#include "multipath/watch/policy.h"

namespace multipath::watch {

/// The number of a question to a device. Numbers are never used twice.
using QuestionId = std::uint64_t;

/// A path of a map as the kernel has it.
struct SeenPath {
  DeviceNumber number;
  std::string kname;  ///< empty for a device that is gone
  bool failed = false;
};
struct SeenGroup {
  std::vector<SeenPath> paths;
  bool disabled = false;
};

/// A map as the kernel has it: at the start, after each event of device-mapper, after each own change.
/// What was read before a message was sent must not arrive after it.
struct MapSeen {
  std::string uuid;
  std::string name;
  std::vector<SeenGroup> groups;
  std::size_t current_group = 0;  ///< from 1; 0 for none
  bool queues = false;            ///< queue_if_no_path
  bool suspended = false;
  std::optional<MapPolicy> policy = {};  ///< at first sight, and when the configuration changed
};

/// The map is gone.
struct MapGone {
  std::string uuid;
};

/// The disk is gone.
struct PathGone {
  DeviceNumber number;
};

/// A device's answer, or the asker's word that there is none (`state` timeout).
struct Answer {
  QuestionId question = 0;
  CheckerState state = CheckerState::undef;
  std::optional<int> priority = {};
  std::optional<std::string> wwid =
      {};                   ///< if the question asked for the identity, and it is known
  std::string detail = {};  ///< why the path does not work
};

/// The asker was started again: no open question will be answered.
struct AskerRestarted {};

/// Something says that the path may have changed: a unit attention, an event of its transport.
struct PathTouched {
  DeviceNumber number;
};

/// The kernel refused a message.
struct Refused {
  Message message;
  std::string error;
};

/// An administrator's command.
struct Order {
  enum class Kind : std::uint8_t {
    fail_path,
    reinstate_path,
    switch_group,
    disable_queueing,
    restore_queueing,
  };
  Kind kind = Kind::fail_path;
  std::string uuid = {};     ///< of the map
  DeviceNumber number = {};  ///< of the path
  std::size_t group = 0;     ///< from 1
};

/// Nothing but time has passed.
struct Tick {};

using Event = std::variant<Tick, Answer, MapSeen, MapGone, PathGone, PathTouched, AskerRestarted,
                           Refused, Order>;

}  // namespace multipath::watch
