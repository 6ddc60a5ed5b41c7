#include "multipath/model/holder.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "multipath/model/names.h"
#include "multipath/model/natural_order.h"

namespace multipath {
std::string_view dev_type(HolderKind kind) {
  switch (kind) {
    case HolderKind::disk:
      return "disk";
    case HolderKind::partition:
    case HolderKind::partition_map:
      return "partition";
    case HolderKind::linear:
      return "linear";
    case HolderKind::multipath:
      return "multipath";
    case HolderKind::lvm:
      return "lvm";
    case HolderKind::crypt:
      return "crypt";
    case HolderKind::raid:
      return "raid";
    case HolderKind::bcache:
      return "bcache";
    case HolderKind::loop:
      return "loop";
    case HolderKind::unknown:
      break;
  }
  return "unknown";
}

std::string_view to_string(Reach reach) {
  constexpr auto words = names_of<Reach>({
      {Reach::base, "base"},
      {Reach::above, "above"},
      {Reach::collateral, "collateral"},
      {Reach::leg, "leg"},
      {Reach::path, "path"},
  });
  return words.word_of(reach);
}

std::string to_string(const Process& process) {
  std::string text = fmt::format("{}, pid {}", process.command, process.pid);
  if (const std::string unit = to_string(process.unit); !unit.empty()) text += ", " + unit;
  return text;
}

std::string remedy_against(const Process& process) {
  return stop_command(process.unit).value_or(fmt::format("end process {}", process.pid));
}

const std::string& display_name(const Holder& holder) {
  return holder.dm_name.empty() ? holder.kname : holder.dm_name;
}

void HolderGraph::link(std::size_t upper, std::size_t lower) {
  auto& below = nodes.at(upper).uses;
  auto& above = nodes.at(lower).used_by;
  // The shorter list tells; one of both is short on every host.
  const bool known = below.size() < above.size() ? std::ranges::find(below, lower) != below.end()
                                                 : std::ranges::find(above, upper) != above.end();
  if (known) return;
  below.push_back(lower);
  above.push_back(upper);
}

std::optional<std::size_t> HolderGraph::find(std::string_view kname) const {
  const auto found = std::ranges::find(nodes, kname, &Holder::kname);
  if (found == nodes.end()) return std::nullopt;
  return static_cast<std::size_t>(found - nodes.begin());
}

HolderGraph HolderGraph::in_order() const {
  std::vector<std::size_t> order(nodes.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::sort(order, NaturalLess{},
                    [&](std::size_t i) -> const std::string& { return nodes[i].kname; });
  std::vector<std::size_t> place(nodes.size());
  for (std::size_t i = 0; i < order.size(); ++i) place[order[i]] = i;

  const auto moved = [&](std::vector<std::size_t> indices) {
    for (std::size_t& index : indices) index = place.at(index);
    std::ranges::sort(indices);
    return indices;
  };
  HolderGraph result = *this;
  result.nodes.clear();
  for (const std::size_t i : order) {
    Holder node = nodes[i];
    node.uses = moved(std::move(node.uses));
    node.used_by = moved(std::move(node.used_by));
    result.nodes.push_back(std::move(node));
  }
  result.bases = moved(bases);
  return result;
}

void HolderGraph::erase(const std::vector<bool>& goes) {
  std::vector<std::size_t> place(nodes.size());
  std::size_t count = 0;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    place[i] = count;
    count += goes[i] ? 0 : 1;
  }
  const auto move_all = [&](std::vector<std::size_t>& indices) {
    std::erase_if(indices, [&](std::size_t i) { return goes.at(i); });
    for (std::size_t& index : indices) index = place.at(index);
  };
  std::size_t next = 0;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (goes[i]) continue;
    move_all(nodes[i].uses);
    move_all(nodes[i].used_by);
    if (next != i) nodes[next] = std::move(nodes[i]);
    ++next;
  }
  nodes.resize(count);
  move_all(bases);
}

}  // namespace multipath
