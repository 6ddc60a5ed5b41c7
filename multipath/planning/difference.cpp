#include "multipath/planning/difference.h"

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace multipath {
namespace {

std::map<DeviceNumber, std::string> desired_devices(const Map& map) {
  std::map<DeviceNumber, std::string> devices;
  for (const PathGroup& group : map.groups) {
    for (const Path& path : group.paths) devices.emplace(path.number, path.kname);
  }
  return devices;
}

std::set<DeviceNumber> devices_of(const TableGroup& group) {
  std::set<DeviceNumber> devices;
  for (const TablePath& path : group.paths) devices.insert(path.number);
  return devices;
}

/// "sdc (8:32)", or "8:32" if the host has no such disk any more.
std::string path_text(DeviceNumber number, const PathIndex& known) {
  const Path* path = known.find(number);
  return path == nullptr ? to_string(number)
                         : fmt::format("{} ({})", path->kname, to_string(number));
}

std::vector<std::string> membership_changes(const Map& desired, const CurrentMap& current,
                                            const PathIndex& known) {
  std::vector<std::string> changes;
  const auto wanted = desired_devices(desired);
  const std::set<DeviceNumber> present = path_numbers(current);
  for (const auto& [number, kname] : wanted) {
    if (!present.contains(number))
      changes.push_back(fmt::format("path {} ({}) added", kname, to_string(number)));
  }
  for (const DeviceNumber number : present) {
    if (!wanted.contains(number))
      changes.push_back(fmt::format("path {} removed", path_text(number, known)));
  }
  return changes;
}

/// The groups in an order that does not depend on the order of groups with equal priority.
std::vector<std::set<DeviceNumber>> grouping(const std::vector<TableGroup>& groups,
                                             const Map& desired) {
  std::map<std::set<DeviceNumber>, int> priority;
  for (const PathGroup& group : desired.groups) {
    std::set<DeviceNumber> devices;
    for (const Path& path : group.paths) devices.insert(path.number);
    priority.emplace(std::move(devices), group.priority);
  }
  std::vector<std::set<DeviceNumber>> result;
  for (const TableGroup& group : groups) result.push_back(devices_of(group));
  // Sort runs of groups with the same known priority; other groups keep their position.
  const auto priority_of = [&](const std::set<DeviceNumber>& devices) -> std::optional<int> {
    const auto found = priority.find(devices);
    return found == priority.end() ? std::nullopt : std::optional(found->second);
  };
  for (auto first = result.begin(); first != result.end();) {
    auto last = std::find_if(first, result.end(), [&](const auto& devices) {
      return priority_of(devices) != priority_of(*first);
    });
    if (priority_of(*first)) std::sort(first, last);
    first = last;
  }
  return result;
}

/// The words without retain_attached_hw_handler, which the kernel adds to bio-based maps.
std::set<std::string> words(const std::vector<std::string>& list) {
  std::set<std::string> result(list.begin(), list.end());
  result.erase("retain_attached_hw_handler");
  return result;
}

/// Compares selector arguments. Additional arguments that the kernel prints must be its defaults.
/// Since 4.6 the kernel replaces every repeat count, the first argument, by 1
/// (drivers/md/dm-ps-*.c, "repeat_count > 1 is deprecated").
bool same_path_arguments(const std::vector<std::string>& desired,
                         const std::vector<std::string>& current) {
  if (current.size() < desired.size()) return false;
  for (std::size_t i = 0; i < current.size(); ++i) {
    if (i == 0 && current[i] == "1") continue;
    if (current[i] != (i < desired.size() ? desired[i] : "1")) return false;
  }
  return true;
}

std::vector<std::string> selector_changes(const MultipathTable& desired,
                                          const MultipathTable& current, const PathIndex& known) {
  std::vector<std::string> changes;
  std::map<DeviceNumber, std::vector<std::string>> arguments;
  for (const TableGroup& group : current.groups) {
    for (const TablePath& path : group.paths) arguments[path.number] = path.arguments;
  }
  for (const TableGroup& group : current.groups) {
    if (desired.groups.empty() || group.selector == desired.groups.front().selector) continue;
    changes.push_back(
        fmt::format("selector {}, should be {}", group.selector, desired.groups.front().selector));
    return changes;
  }
  for (const TableGroup& group : desired.groups) {
    for (const TablePath& path : group.paths) {
      const auto found = arguments.find(path.number);
      if (found == arguments.end() || same_path_arguments(path.arguments, found->second)) continue;
      changes.push_back(fmt::format("arguments '{}' of path {}, should be '{}'",
                                    fmt::join(found->second, " "), path_text(path.number, known),
                                    fmt::join(path.arguments, " ")));
    }
  }
  return changes;
}

}  // namespace

Difference difference(const Map& desired, const CurrentMap& current, const PathIndex& known) {
  Difference result;
  const MultipathTable wanted = table_of(desired);
  std::vector<std::string> changes;
  if (!current.has_live_table) {
    result.table = "map has no live table";
    return result;
  }
  if (desired.size_sectors != current.size_sectors) {
    result.size =
        fmt::format("{} sectors, should be {}", current.size_sectors, desired.size_sectors);
  }
  changes = membership_changes(desired, current, known);
  if (changes.empty() &&
      grouping(wanted.groups, desired) != grouping(current.table.groups, desired)) {
    changes.emplace_back(regroups);
  }
  for (std::string& change : selector_changes(wanted, current.table, known))
    changes.push_back(std::move(change));
  if (words(wanted.features) != words(current.table.features)) {
    changes.push_back(fmt::format("features '{}', should be '{}'",
                                  fmt::join(current.table.features, " "),
                                  fmt::join(wanted.features, " ")));
  }
  if (!wanted.hardware_handler.empty() &&
      wanted.hardware_handler != current.table.hardware_handler) {
    changes.push_back(fmt::format("hardware handler '{}', should be '{}'",
                                  fmt::join(current.table.hardware_handler, " "),
                                  fmt::join(wanted.hardware_handler, " ")));
  }
  if (desired.read_only != current.read_only) {
    changes.emplace_back(desired.read_only ? "a path is read-only, but the map is not"
                                           : "map is read-only, but its paths are not");
  }
  if (current.has_inactive_table) changes.emplace_back("an interrupted run left an inactive table");
  result.table = fmt::format("{}", fmt::join(changes, "; "));
  return result;
}

}  // namespace multipath
