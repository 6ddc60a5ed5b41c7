#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "multipath/model/decision.h"

namespace multipath {

/// The decisions on one path.
struct PathTrace {
  std::string device;  ///< "sda"
  std::string number;  ///< "8:0"
  std::vector<Decision> decisions;

  auto operator<=>(const PathTrace&) const = default;
};

/// Why a disk, a unit or a map is multipathed or not, and how to change that.
struct Explanation {
  enum class Answer : std::uint8_t {
    in_map,      ///< in a map
    leaves_map,  ///< in a map; the next run removes it
    gets_map,    ///< the next run adds it to a map
    no_map,      ///< not added to a map
    no_path,     ///< a device that can never be a path
    nothing,     ///< no such path, unit or map
  };
  std::string subject;  ///< as named by the user
  Answer answer = Answer::nothing;
  std::string conclusion;           ///< one sentence without the full stop
  std::vector<PathTrace> paths;     ///< in natural order
  std::vector<Decision> decisions;  ///< on the whole unit
  /// Alternatives that change the answer; further lines of a remedy are for multipath.conf.
  std::vector<std::string> remedies;

  auto operator<=>(const Explanation&) const = default;
};
/// "sda: gets no map: ...": the subject and the conclusion, without naming the subject twice.
std::string headline(const Explanation& explanation);
/// "in a map", "leaves its map", "gets a map", "no map", "no path", "nothing such"
std::string to_string(Explanation::Answer answer);

}  // namespace multipath
