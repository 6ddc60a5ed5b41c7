#pragma once

#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "multipath/model/holder.h"

namespace multipath {

/// Devices that stand on one another in a ring: no host has this, a corrupt tree may.
struct HolderCycle {
  std::vector<std::string> knames;

  auto operator<=>(const HolderCycle&) const = default;
};
std::string to_string(const HolderCycle& cycle);

/// For each node the longest distance from what it stands on: 0 for a base or a leg, and more than
/// that of everything it stands on otherwise. Linear in nodes and edges.
tl::expected<std::vector<unsigned>, HolderCycle> holder_levels(const HolderGraph& graph);

}  // namespace multipath
