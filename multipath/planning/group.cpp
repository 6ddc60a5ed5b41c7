#include "multipath/planning/group.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace multipath {
namespace {

bool works(const Path& path) {
  return path.checker_state == CheckerState::ready || path.checker_state == CheckerState::ghost;
}

int mean_priority(const std::vector<Path>& paths) {
  int sum = 0, count = 0;
  for (const Path& path : paths) {
    if (!works(path)) continue;
    sum += path.priority.value_or(0);
    ++count;
  }
  return count == 0 ? 0 : sum / count;
}

std::vector<PathGroup> each_alone(const std::vector<Path>& paths) {
  std::vector<PathGroup> groups;
  for (const Path& path : paths) groups.push_back({{path}, mean_priority({path})});
  return groups;
}

/// One group for each value of `key`, in the order in which the values first appear.
template <typename Key>
std::vector<PathGroup> by(const std::vector<Path>& paths, Key key) {
  std::vector<PathGroup> groups;
  for (const Path& path : paths) {
    const auto group = std::ranges::find_if(
        groups, [&](const PathGroup& g) { return key(g.paths.front()) == key(path); });
    if (group == groups.end()) {
      groups.push_back({{path}, 0});
    } else {
      group->paths.push_back(path);
    }
  }
  for (PathGroup& group : groups) group.priority = mean_priority(group.paths);
  return groups;
}

std::vector<PathGroup> ungrouped_order(const std::vector<Path>& paths, PathGroupingPolicy policy) {
  switch (policy) {
    case PathGroupingPolicy::failover:
      return each_alone(paths);
    case PathGroupingPolicy::multibus:
      return by(paths, [](const Path&) { return 0; });
    case PathGroupingPolicy::group_by_prio:
      return by(paths, [](const Path& path) { return path.priority.value_or(0); });
    case PathGroupingPolicy::group_by_serial:
      return by(paths, [](const Path& path) { return path.serial; });
    case PathGroupingPolicy::group_by_node_name:
      return by(paths, [](const Path& path) { return path.target_node_name; });
    case PathGroupingPolicy::group_by_tpg:
      return by(paths, [](const Path& path) { return path.port_group; });
  }
  throw std::invalid_argument("not a path grouping policy");
}

}  // namespace

std::vector<PathGroup> group_paths(const std::vector<Path>& paths, PathGroupingPolicy policy) {
  std::vector<PathGroup> groups = ungrouped_order(paths, policy);
  std::ranges::stable_sort(groups, std::greater{}, [](const PathGroup& group) {
    return std::pair(group.priority, std::ranges::count_if(group.paths, works));
  });
  return groups;
}

}  // namespace multipath
