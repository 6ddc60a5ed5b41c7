#pragma once

#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "multipath/model/holder.h"

namespace multipath {

/// A cycle of devices. Impossible on a host, but a corrupt capture may contain one.
struct HolderCycle {
  std::vector<std::string> knames;

  auto operator<=>(const HolderCycle&) const = default;
};
std::string to_string(const HolderCycle& cycle);

/// The level of each node: 0 without a device below, else one more than the highest level below.
/// Linear in nodes and edges.
tl::expected<std::vector<unsigned>, HolderCycle> holder_levels(const HolderGraph& graph);

}  // namespace multipath
