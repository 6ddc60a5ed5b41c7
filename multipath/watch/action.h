#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "multipath/model/device_number.h"
#include "multipath/model/finding.h"
#include "multipath/watch/event.h"
#include "multipath/watch/message.h"
#include "multipath/watch/time.h"

namespace multipath::watch {

/// Ask the device; the answer is due at `deadline`.
struct Ask {
  QuestionId question = 0;
  DeviceNumber number;
  bool identity = false;  ///< also read the device's identity
  bool read = false;      ///< also read a block
  Instant deadline;
};

/// Plan the unit anew, and load what differs.
struct Replan {
  std::string uuid;
  std::string reason;
};

/// Read the map from the kernel; MapSeen or MapGone follows.
struct ReadMap {
  std::string uuid;
};

/// A line for the journal.
struct Note {
  Finding::Severity severity = Finding::Severity::note;
  std::string subject;  ///< a path's kernel name or a map's name
  std::string text;
};

using Action = std::variant<Ask, Message, Replan, ReadMap, Note>;

/// One line: "ask 8:0 #17", "mpatha reinstate 8:0". For journals of tests.
std::string to_string(const Action& action);

}  // namespace multipath::watch
