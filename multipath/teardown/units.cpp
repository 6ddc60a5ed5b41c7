#include "multipath/teardown/units.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <unordered_map>

#include "multipath/model/holder_names.h"

namespace multipath {
namespace {

/// Nodes with equal keys form a unit; "" for a separate unit.
std::string unit_key(const Holder& node) {
  if (node.reach == Reach::base) return "";
  if (node.kind == HolderKind::lvm) return std::string(lvm_group_id(node.dm_uuid).value_or(""));
  if (node.kind == HolderKind::bcache && !node.group.empty()) return "bcache-" + node.group;
  return "";
}

/// Is the node the integrity device below a LUKS2 device? The upper device removes it.
bool is_crypt_part(const HolderGraph& graph, const Holder& node) {
  constexpr std::string_view part_uuid = "CRYPT-SUBDEV-";
  if (!node.dm_uuid.starts_with(part_uuid) || node.reach == Reach::base || node.used_by.size() != 1)
    return false;
  const Holder& upper = graph.nodes[node.used_by.front()];
  return upper.kind == HolderKind::crypt && !upper.dm_uuid.starts_with(part_uuid);
}

}  // namespace

TeardownUnits make_units(const HolderGraph& graph) {
  TeardownUnits units;
  units.unit_of.assign(graph.nodes.size(), TeardownUnits::none);
  std::unordered_map<std::string, std::size_t> by_key;
  std::vector<std::size_t> parts;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const Holder& node = graph.nodes[i];
    if (node.reach == Reach::leg) continue;
    if (is_crypt_part(graph, node)) {
      parts.push_back(i);
      continue;
    }
    std::size_t unit = units.nodes.size();
    if (const std::string key = unit_key(node); !key.empty())
      unit = by_key.try_emplace(key, unit).first->second;
    if (unit == units.nodes.size()) units.nodes.emplace_back();
    units.unit_of[i] = unit;
    units.nodes[unit].push_back(i);
  }
  for (const std::size_t part : parts) {
    units.unit_of[part] = units.unit_of[graph.nodes[part].used_by.front()];
    units.nodes[units.unit_of[part]].push_back(part);
  }
  return units;
}

std::size_t main_node(const HolderGraph& graph, const std::vector<std::size_t>& unit,
                      const std::vector<unsigned>& levels) {
  const auto hidden = [&](std::size_t i) {
    const auto name = parse_lvm_name(graph.nodes[i].dm_name);
    return name && is_hidden_volume(*name);
  };
  return *std::ranges::min_element(
      unit, {}, [&](std::size_t i) { return std::tuple(~levels[i], hidden(i), i); });
}

}  // namespace multipath
