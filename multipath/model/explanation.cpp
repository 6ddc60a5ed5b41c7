#include "multipath/model/explanation.h"

#include <array>

namespace multipath {

std::string to_string(Explanation::Answer answer) {
  constexpr std::array words{"in a map", "leaves its map", "gets a map",
                             "no map",   "no path",        "nothing such"};
  return words.at(static_cast<std::size_t>(answer));
}

}  // namespace multipath
