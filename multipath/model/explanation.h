#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "multipath/model/decision.h"

namespace multipath {

/// The decisions on one disk.
struct PathStory {
  std::string device;  ///< "sda"
  std::string number;  ///< "8:0"
  std::vector<Decision> decisions;

  auto operator<=>(const PathStory&) const = default;
};

/// Why a disk, a unit or a map is multipathed, or why it is not, and what would change that.
struct Explanation {
  enum class Answer : std::uint8_t {
    in_map,      ///< a map has it
    leaves_map,  ///< a map has it, and the next run takes it out
    gets_map,    ///< the next run puts it into one
    no_map,      ///< it gets into none
    no_path,     ///< it is a device that never is a path
    nothing,     ///< there is nothing such
  };
  std::string subject;  ///< as asked for
  Answer answer = Answer::nothing;
  std::string conclusion;             ///< one sentence without its dot
  std::vector<PathStory> paths;       ///< in natural order
  std::vector<Decision> decisions;    ///< on the unit as a whole
  std::vector<std::string> remedies;  ///< what gives the other answer; any of them does

  auto operator<=>(const Explanation&) const = default;
};
/// "in a map", "leaves its map", "gets a map", "no map", "no path", "nothing such"
std::string to_string(Explanation::Answer answer);

}  // namespace multipath
