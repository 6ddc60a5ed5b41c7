#pragma once

#include <string>

#include "multipath/model/map.h"
#include "multipath/model/member_index.h"

namespace multipath {

/// The reason of a reload that only changes the grouping of the same paths.
inline constexpr const char* regroups = "the grouping or the order of the paths changed";

/// The differences between a map's live table and the desired one, as text; empty if equal.
struct Difference {
  std::string size;   ///< "size 1G, should be 2G"
  std::string table;  ///< anything else

  bool nothing() const { return size.empty() && table.empty(); }
};

/// Compares the meaning of the tables: the kernel prints the active group as the initial group,
/// adds the attached hardware handler and prints default selector arguments. Ignores the order of
/// paths within a group and of groups with equal priority. `known` has the names of removed paths.
Difference difference(const Map& desired, const CurrentMap& current, const PathIndex& known);

}  // namespace multipath
