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

std::vector<PathGroup> each_alone(std::vector<Path> paths) {
  std::vector<PathGroup> groups(paths.size());
  for (std::size_t i = 0; i < paths.size(); ++i) groups[i].paths.push_back(std::move(paths[i]));
  return groups;
}

/// One group for each value of `key`, in the order in which the values first appear.
template <typename Key>
std::vector<PathGroup> by(std::vector<Path> paths, Key key) {
  std::vector<PathGroup> groups;
  for (auto path = paths.begin(); path != paths.end(); ++path) {
    const auto is_alike = [&](const Path& other) { return key(other) == key(*path); };
    auto group = std::ranges::find_if(
        groups, [&](const PathGroup& candidate) { return is_alike(candidate.paths.front()); });
    if (group == groups.end()) {
      group = groups.emplace(group);
      group->paths.reserve(static_cast<std::size_t>(std::count_if(path, paths.end(), is_alike)));
    }
    group->paths.push_back(std::move(*path));
  }
  return groups;
}

std::vector<PathGroup> ungrouped_order(std::vector<Path> paths, PathGroupingPolicy policy) {
  switch (policy) {
    case PathGroupingPolicy::failover:
      return each_alone(std::move(paths));
    case PathGroupingPolicy::multibus:
      return by(std::move(paths), [](const Path&) { return 0; });
    case PathGroupingPolicy::group_by_prio:
      return by(std::move(paths), [](const Path& path) { return path.priority.value_or(0); });
    case PathGroupingPolicy::group_by_serial:
      return by(std::move(paths), [](const Path& path) { return path.serial; });
    case PathGroupingPolicy::group_by_node_name:
      return by(std::move(paths), [](const Path& path) { return path.target_node_name; });
    case PathGroupingPolicy::group_by_tpg:
      return by(std::move(paths), [](const Path& path) { return path.port_group; });
  }
  throw std::invalid_argument("not a path grouping policy");
}

}  // namespace

std::vector<PathGroup> group_paths(std::vector<Path> paths, PathGroupingPolicy policy) {
  std::vector<PathGroup> groups = ungrouped_order(std::move(paths), policy);
  for (PathGroup& group : groups) group.priority = mean_priority(group.paths);
  std::ranges::stable_sort(groups, std::greater{}, [](const PathGroup& group) {
    return std::pair(group.priority, std::ranges::count_if(group.paths, works));
  });
  return groups;
}

}  // namespace multipath
