#include "multipath/model/map.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace multipath {
namespace {

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
  return path_grouping_policies.to_string(policy);
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
