#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "multipath/config/configuration.h"
#include "multipath/model/device_number.h"
#include "multipath/model/finding.h"
#include "multipath/model/path.h"
#include "multipath/watch/action.h"
#include "multipath/watch/event.h"

namespace multipath::daemon {

/// Discover and plan: the whole host, or the units of some devices, which may be gone. Where the asker
/// also writes, the plan is carried out first.
struct SurveyRequest {
  std::uint64_t number = 0;
  bool reload_all = false;  ///< load the table of each map anew, also where nothing differs
  std::optional<std::set<DeviceNumber>> devices = {};
};

/// A change that a plan wants; what needs no change is left out.
struct PlannedChange {
  std::string wwid;
  std::string name;
  std::string verb;    ///< "create", "reload", "reject"
  std::string reason;  ///< for people

  auto operator<=>(const PlannedChange&) const = default;
};

/// What a survey found.
struct Survey {
  std::uint64_t number = 0;  ///< of the request
  bool whole_host = false;
  std::vector<Path> paths = {};
  std::vector<PlannedChange> changes = {};  ///< that are left to be made
  std::vector<Finding> done = {};           ///< what was changed, or failed to be: by map
  std::vector<Finding> findings = {};
  std::string failure = {};  ///< why there is no result; empty for a result
};

/// Read the configuration, which is on a disk. Later requests are carried out with it, unless it has
/// errors.
struct ConfigurationRequest {};
struct ReadConfiguration {
  std::vector<ConfigurationText> texts = {};
  std::string failure = {};  ///< why the files could not be read
};

using AskerRequest = std::variant<SurveyRequest, watch::Ask, ConfigurationRequest>;
using AskerReply = std::variant<Survey, watch::Answer, ReadConfiguration>;

/// The process that asks devices, so that the daemon never waits for one. Requests run at the same
/// time, and their replies come in any order. A device that does not answer delays nobody but itself.
class Asker {
 public:
  virtual ~Asker() = default;

  /// Starts the process, or ends it and starts another one: what it was asked is never answered.
  /// Throws std::system_error.
  virtual void start() = 0;
  /// Does not block. What a dead process was asked is never answered.
  virtual void ask(const AskerRequest& request) = 0;

  /// What has come since the last call.
  struct Received {
    std::vector<AskerReply> replies;
    bool ended = false;  ///< the process has ended, or sent what cannot be: start() it again
  };
  virtual Received receive() = 0;
};

}  // namespace multipath::daemon
