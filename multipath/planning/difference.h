#pragma once

#include <string>

#include "multipath/model/map.h"

namespace multipath {

/// The reason of a reload that does nothing but put the same paths into other groups.
inline constexpr const char* regroups = "the paths are grouped or ordered in another way";

/// What a map's live table lacks to be the desired one; each part is a reason in words, empty when
/// nothing is to do.
struct Difference {
  std::string size;   ///< "size 1G, should be 2G"
  std::string table;  ///< anything else

  bool nothing() const { return size.empty() && table.empty(); }
};

/// Compares by meaning: the kernel prints the group in use as the initial one, adds the hardware
/// handler that the device brought along, and spells out the default arguments of a selector. The
/// order of paths in a group does not matter, nor that of groups of one priority.
Difference difference(const Map& desired, const CurrentMap& current);

}  // namespace multipath
