#pragma once

#include <cstddef>
#include <vector>

#include "multipath/model/holder.h"

namespace multipath {

/// Groups nodes into units that one step removes: the volumes of a volume group, the bcache devices
/// of a set, a crypt device with the integrity device below it. Any other device is a separate
/// unit.
struct TeardownUnits {
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  std::vector<std::vector<std::size_t>> nodes;  ///< of each unit
  std::vector<std::size_t> unit_of;             ///< of each node; none for legs
};
TeardownUnits make_units(const HolderGraph& graph);

/// The node that represents its unit: the topmost one, preferably not a hidden volume.
std::size_t main_node(const HolderGraph& graph, const std::vector<std::size_t>& unit,
                      const std::vector<unsigned>& levels);

}  // namespace multipath
