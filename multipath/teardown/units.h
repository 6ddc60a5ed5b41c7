#pragma once

#include <cstddef>
#include <vector>

#include "multipath/model/holder.h"

namespace multipath {

/// What goes down in one step: the volumes of a VG, the bcaches of a set, a crypt device with the
/// integrity device below it; any other device is a unit by itself.
struct TeardownUnits {
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  std::vector<std::vector<std::size_t>> nodes;  ///< of each unit
  std::vector<std::size_t> unit_of;             ///< of each node; none for legs
};
TeardownUnits make_units(const HolderGraph& graph);

/// The one that stands for its unit: the top, and of several the first that people know.
std::size_t main_node(const HolderGraph& graph, const std::vector<std::size_t>& unit,
                      const std::vector<unsigned>& levels);

}  // namespace multipath
