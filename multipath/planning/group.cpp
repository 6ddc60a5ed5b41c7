#include "multipath/planning/group.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>

namespace multipath {
namespace {

/// Is the path down? Its own properties are then missing or outdated.
bool is_down(const Path& path) {
  switch (path.checker_state) {
    case CheckerState::faulty:
    case CheckerState::pending:
    case CheckerState::timeout:
    case CheckerState::delayed:
    case CheckerState::disconnected:
      return true;
    case CheckerState::undef:
    case CheckerState::ready:
    case CheckerState::shaky:
    case CheckerState::ghost:
      break;
  }
  return false;
}

int mean_priority(const std::vector<Path>& paths) {
  int sum = 0, count = 0;
  for (const Path& path : paths) {
    if (!works(path.checker_state)) continue;
    sum += path.priority.value_or(0);
    ++count;
  }
  return count == 0 ? 0 : sum / count;
}

std::optional<std::string> port_group_text(const Path& path) {
  const auto group = port_group_of(path);
  return group ? std::optional(std::to_string(*group)) : std::nullopt;
}

/// A property that a policy groups by; empty if the path is known to have none.
using Property = std::optional<std::string>;
/// Empty if unknown because the path is down.
using KnownProperty = std::optional<Property>;

KnownProperty known_property(const Path& path, PathGroupingPolicy policy) {
  const auto unless_down = [&](const Property& property) {
    return !property && is_down(path) ? KnownProperty() : KnownProperty(property);
  };
  switch (policy) {
    case PathGroupingPolicy::failover:
      return std::to_string(path.number.major) + ":" + std::to_string(path.number.minor);
    case PathGroupingPolicy::multibus:
      return Property();
    case PathGroupingPolicy::group_by_prio:
      if (is_down(path)) return std::nullopt;
      return std::to_string(path.priority.value_or(0));
    case PathGroupingPolicy::group_by_serial:
      return unless_down(path.serial);
    case PathGroupingPolicy::group_by_node_name:
      return unless_down(path.target_node_name);
    case PathGroupingPolicy::group_by_tpg:
      return unless_down(port_group_text(path));
  }
  throw std::invalid_argument("not a path grouping policy");
}

/// The index of each device's group in the live table.
class LiveGroups {
 public:
  explicit LiveGroups(const MultipathTable* live) {
    if (live == nullptr) return;
    for (std::size_t group = 0; group < live->groups.size(); ++group) {
      for (const TablePath& path : live->groups[group].paths) groups_.emplace(path.number, group);
    }
  }

  std::optional<std::size_t> group_of(const Path& path) const {
    const auto found = groups_.find(path.number);
    return found == groups_.end() ? std::nullopt : std::optional(found->second);
  }

  /// The first live group that contains any of these paths.
  std::optional<std::size_t> first_of(const std::vector<Path>& paths) const {
    std::optional<std::size_t> first;
    for (const Path& path : paths) {
      const auto group = group_of(path);
      if (group && (!first || *group < *first)) first = group;
    }
    return first;
  }

 private:
  std::map<DeviceNumber, std::size_t> groups_;
};

/// The property of the usable paths in a set; of the first path if they differ.
struct Common {
  Property property;
  bool differs = false;

  static void add(std::optional<Common>& common, const Property& property) {
    if (!common) {
      common = Common{property};
    } else if (common->property != property) {
      common->differs = true;
    }
  }
};

/// Assigns paths to groups.
class Membership {
 public:
  Membership(const std::vector<Path>& paths, PathGroupingPolicy policy, const LiveGroups& live)
      : policy_(policy), live_(live) {
    for (const Path& path : paths) {
      const KnownProperty property = known_property(path, policy);
      if (!property) continue;
      if (const auto group = live.group_of(path)) Common::add(of_live_group_[*group], *property);
      if (const auto port_group = port_group_of(path))
        Common::add(of_port_group_[*port_group], *property);
    }
  }

  /// Paths with equal keys form a group.
  std::pair<std::optional<std::size_t>, Property> key_of(const Path& path) const {
    if (const KnownProperty property = known_property(path, policy_))
      return {std::nullopt, *property};
    const auto group = live_.group_of(path);
    const auto mates = group ? of_live_group_.find(*group) : of_live_group_.end();
    const bool has_mates = mates != of_live_group_.end();
    if (has_mates && !mates->second->differs) return {std::nullopt, mates->second->property};
    if (group && !has_mates) return {group, std::nullopt};
    const auto port_group = port_group_of(path);
    const auto siblings = port_group ? of_port_group_.find(*port_group) : of_port_group_.end();
    if (siblings != of_port_group_.end() && !siblings->second->differs)
      return {std::nullopt, siblings->second->property};
    if (has_mates) return {std::nullopt, mates->second->property};
    if (policy_ == PathGroupingPolicy::group_by_prio)
      return {std::nullopt, std::to_string(path.priority.value_or(0))};
    return {std::nullopt, std::nullopt};
  }

 private:
  PathGroupingPolicy policy_;
  const LiveGroups& live_;
  std::map<std::size_t, std::optional<Common>> of_live_group_;
  std::map<std::uint16_t, std::optional<Common>> of_port_group_;
};

/// One group per key, in the order of the keys' first appearance.
std::vector<PathGroup> by_key(std::vector<Path> paths, PathGroupingPolicy policy,
                              const LiveGroups& live) {
  const Membership membership(paths, policy, live);
  std::map<std::pair<std::optional<std::size_t>, Property>, std::size_t> places;
  std::vector<std::size_t> place_of;
  std::vector<std::size_t> sizes;
  for (const Path& path : paths) {
    const auto [place, added] = places.try_emplace(membership.key_of(path), places.size());
    if (added) sizes.push_back(0);
    place_of.push_back(place->second);
    ++sizes[place->second];
  }
  std::vector<PathGroup> groups(sizes.size());
  for (std::size_t i = 0; i < sizes.size(); ++i) groups[i].paths.reserve(sizes[i]);
  for (std::size_t i = 0; i < paths.size(); ++i)
    groups[place_of[i]].paths.push_back(std::move(paths[i]));
  return groups;
}

/// Is the group's priority known? Not without a usable path, and not if a failed path would
/// contribute a priority that may differ from the usable paths'.
bool has_known_priority(const PathGroup& group, PathGroupingPolicy policy) {
  if (std::ranges::none_of(group.paths, works, &Path::checker_state)) return false;
  return std::ranges::all_of(group.paths, [&](const Path& path) {
    return !is_down(path) || policy == PathGroupingPolicy::group_by_prio ||
           std::ranges::any_of(group.paths, [&](const Path& other) {
             return works(other.checker_state) && port_group_of(path) &&
                    port_group_of(path) == port_group_of(other);
           });
  });
}

/// A group and its position in the live table.
struct PlacedGroup {
  PathGroup group;
  std::optional<std::size_t> live;
};

void sort_by_priority(std::vector<PlacedGroup>& groups) {
  std::ranges::stable_sort(groups, {}, [](const PlacedGroup& placed) {
    constexpr std::size_t last = std::numeric_limits<std::size_t>::max();
    return std::tuple(-std::int64_t{placed.group.priority}, placed.live.value_or(last),
                      -std::ranges::count_if(placed.group.paths, works, &Path::checker_state));
  });
}

/// Inserts the group after its nearest predecessor in the live table.
void insert_at_live_position(PlacedGroup placed, std::vector<PlacedGroup>& groups) {
  auto nearest = groups.end();
  for (auto group = groups.begin(); group != groups.end(); ++group) {
    if (!group->live || *group->live >= *placed.live) continue;
    if (nearest == groups.end() || *group->live >= *nearest->live) nearest = group;
  }
  groups.insert(nearest == groups.end() ? groups.begin() : nearest + 1, std::move(placed));
}

}  // namespace

std::vector<PathGroup> group_paths(std::vector<Path> paths, PathGroupingPolicy policy,
                                   const MultipathTable* live) {
  const LiveGroups places(live);
  std::vector<PlacedGroup> in_order;
  std::vector<PlacedGroup> kept;
  for (PathGroup& group : by_key(std::move(paths), policy, places)) {
    group.priority = mean_priority(group.paths);
    PlacedGroup placed{std::move(group), std::nullopt};
    placed.live = places.first_of(placed.group.paths);
    auto& list = placed.live && !has_known_priority(placed.group, policy) ? kept : in_order;
    list.push_back(std::move(placed));
  }
  sort_by_priority(in_order);
  std::ranges::stable_sort(kept, {}, &PlacedGroup::live);
  for (PlacedGroup& placed : kept) insert_at_live_position(std::move(placed), in_order);
  std::vector<PathGroup> groups;
  groups.reserve(in_order.size());
  for (PlacedGroup& placed : in_order) groups.push_back(std::move(placed.group));
  return groups;
}

}  // namespace multipath
