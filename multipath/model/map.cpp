#include "multipath/model/map.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace multipath {
namespace {

using PolicyName = std::pair<PathGroupingPolicy, std::string_view>;

constexpr std::array<PolicyName, 6> policies = {{
    {PathGroupingPolicy::failover, "failover"},
    {PathGroupingPolicy::multibus, "multibus"},
    {PathGroupingPolicy::group_by_serial, "group_by_serial"},
    {PathGroupingPolicy::group_by_prio, "group_by_prio"},
    {PathGroupingPolicy::group_by_node_name, "group_by_node_name"},
    {PathGroupingPolicy::group_by_tpg, "group_by_tpg"},
}};

TableGroup table_group(const Map& map, const PathGroup& group) {
  TableGroup result{
      .selector = map.selector, .selector_arguments = map.selector_arguments, .paths = {}};
  for (const auto& path : group.paths) {
    const auto own = map.repeat_counts.find(path.number);
    const std::uint32_t count = own == map.repeat_counts.end() ? map.repeat_count : own->second;
    result.paths.push_back({.number = path.number, .arguments = {std::to_string(count)}});
  }
  return result;
}

}  // namespace

std::string to_string(PathGroupingPolicy policy) {
  const auto* found = std::ranges::find(policies, policy, &PolicyName::first);
  return std::string(found == policies.end() ? "unknown" : found->second);
}

std::optional<PathGroupingPolicy> parse_path_grouping_policy(std::string_view text) {
  const auto* found = std::ranges::find(policies, text, &PolicyName::second);
  if (found == policies.end()) return std::nullopt;
  return found->first;
}

std::string to_string(const NodeAttributes& node) {
  std::vector<std::string> parts;
  if (node.mode) parts.push_back(fmt::format("mode {:04o}", *node.mode));
  if (!node.user.empty()) parts.push_back("owner " + node.user);
  if (!node.group.empty()) parts.push_back("group " + node.group);
  return fmt::format("{}", fmt::join(parts, ", "));
}

MultipathTable table_of(const Map& map) {
  MultipathTable table{.features = map.features,
                       .hardware_handler = map.hardware_handler,
                       .initial_group = map.groups.empty() ? 0U : 1U,
                       .groups = {}};
  for (const auto& group : map.groups) table.groups.push_back(table_group(map, group));
  return table;
}

bool has_path(const CurrentMap& map, DeviceNumber number) {
  return std::ranges::any_of(map.table.groups, [&](const TableGroup& group) {
    return std::ranges::find(group.paths, number, &TablePath::number) != group.paths.end();
  });
}

std::set<DeviceNumber> path_numbers(const CurrentMap& map) {
  std::set<DeviceNumber> numbers;
  for (const TableGroup& group : map.table.groups) {
    for (const TablePath& path : group.paths) numbers.insert(path.number);
  }
  return numbers;
}

}  // namespace multipath
