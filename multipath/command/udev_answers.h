#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "multipath/command/context.h"
#include "multipath/config/configuration.h"
#include "multipath/host/host.h"

// What udev's rules ask for each event. multipath and multipath_id, which rules run because it
// starts in a fraction of the time, answer with the same functions.

namespace multipath {

/// What a program prints and returns.
struct Answer {
  int status = 0;
  std::string out;
  std::string err;

  auto operator<=>(const Answer&) const = default;
};

/// -c and -u: should a disk be a path of a map?
struct PathQuestion {
  std::string word;          ///< the device as typed
  bool is_event = true;      ///< -u: status 0 always, and the former verdict counts
  bool every_unit = false;   ///< -i
  bool before_root = false;  ///< --at-boot
  std::string former_verdict = {};
  Verbosity verbosity = default_verbosity;
};

/// Prints udev's properties: DM_MULTIPATH_DEVICE_PATH, with "2" (maybe) MULTIPATH_WAIT in seconds,
/// before the root is mounted MULTIPATH_KNOWN, and MULTIPATH_OFF if the kernel command line disables
/// multipath. Throws UsageError if the word is not a device.
/// The packaged tool's own property for "maybe" is not printed: the timer of its rules ends with a
/// state file that is not kept here.
Answer answer_path(const Host& host, const Configuration& configuration,
                   const PathQuestion& question);

/// -C and -U: status 0 if a map has a usable path, otherwise 1. Throws UsageError if the word names
/// nothing, std::system_error if device-mapper cannot be asked.
Answer answer_map(const Host& host, const std::string& word, Verbosity verbosity);

/// The configuration that mode and owner of a map's node come from, loaded if the map has a node of
/// its own; nothing if there is none.
using LoadOnDemand = std::function<std::optional<Configuration>()>;

/// udev-map: MPATH_DEVICE_READY, DM_TYPE, DM_SERIAL, DM_WWN, DM_PART, and who may open the node.
/// Nothing for a device that is neither a multipath map nor a partition of one.
std::optional<std::string> answer_map_properties(const Host& host, DeviceNumber device,
                                                 const LoadOnDemand& load);

/// The words of a command line, answered if they are "-u DEVICE", "-U MAP" or "udev-map
/// MAJOR:MINOR", if the configuration has no errors, and if the answer needs neither a message nor
/// a device that must be searched for. Nothing otherwise: multipath itself answers then.
/// `former_verdict`: as in PathQuestion.
std::optional<Answer> answer_in_short(Host& host, const std::vector<std::string>& words,
                                      const std::string& former_verdict);

}  // namespace multipath
