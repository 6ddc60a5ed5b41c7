#include "multipath/teardown/order.h"

#include <algorithm>
#include <deque>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace multipath {

std::string to_string(const HolderCycle& cycle) {
  constexpr std::size_t shown = 8;
  std::vector<std::string> names = cycle.knames;
  const bool more = names.size() > shown;
  if (more) names.resize(shown);
  return fmt::format("devices form a cycle: {}{}", fmt::join(names, ", "), more ? ", ..." : "");
}

tl::expected<std::vector<unsigned>, HolderCycle> holder_levels(const HolderGraph& graph) {
  const auto& nodes = graph.nodes;
  std::vector<unsigned> levels(nodes.size(), 0);
  std::vector<std::size_t> waits_for(nodes.size(), 0);
  std::deque<std::size_t> ready;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    waits_for[i] = nodes[i].uses.size();
    if (waits_for[i] == 0) ready.push_back(i);
  }
  std::size_t done = 0;
  for (; !ready.empty(); ++done) {
    const std::size_t lower = ready.front();
    ready.pop_front();
    for (const std::size_t upper : nodes[lower].used_by) {
      levels[upper] = std::max(levels[upper], levels[lower] + 1);
      if (--waits_for[upper] == 0) ready.push_back(upper);
    }
  }
  if (done == nodes.size()) return levels;
  HolderCycle cycle;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (waits_for[i] > 0) cycle.knames.push_back(nodes[i].kname);
  }
  return tl::unexpected(std::move(cycle));
}

}  // namespace multipath
