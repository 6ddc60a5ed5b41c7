#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <tuple>
#include <unordered_map>

#include "multipath/model/holder_names.h"
#include "multipath/teardown/precedence.h"
#include "multipath/teardown/step_commands.h"
#include "multipath/teardown/teardown.h"

namespace multipath {
namespace {

constexpr std::size_t none = static_cast<std::size_t>(-1);

std::optional<StepAction> stopping(const Holder& node) {
  switch (node.kind) {
    case HolderKind::partition_map:
    case HolderKind::linear:
      return StepAction::remove_map;
    case HolderKind::multipath:
      return StepAction::flush_map;
    case HolderKind::lvm:
      return StepAction::deactivate_group;
    case HolderKind::crypt:
      return StepAction::close_crypt;
    case HolderKind::raid:
      return StepAction::stop_raid;
    case HolderKind::bcache:
      return StepAction::stop_bcache;
    case HolderKind::loop:
      return StepAction::detach_loop;
    case HolderKind::disk:
    case HolderKind::partition:
    case HolderKind::unknown:
      break;
  }
  return std::nullopt;
}

class Planner {
 public:
  Planner(const HolderGraph& graph, const TeardownWishes& wishes, std::vector<unsigned> levels)
      : graph_(graph), wishes_(wishes), levels_(std::move(levels)) {}

  tl::expected<std::vector<Step>, HolderCycle> plan() {
    make_units();
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
      if (takes_part(i)) add_node(i);
    }
    for (std::size_t i = 0; i < units_.size(); ++i) add_unit_steps(i);
    connect();
    return in_order();
  }

 private:
  /// Nodes that go down in one step: the volumes of a VG, the bcaches of a set.
  struct Unit {
    std::vector<std::size_t> nodes;
    std::size_t free = none;  ///< the moment when nobody uses it any more
    std::size_t gone = none;
  };
  struct Planned {
    Step step;
    std::size_t depth = 0;  ///< length of the mount point
  };

  bool takes_part(std::size_t i) const { return graph_.nodes[i].reach != Reach::leg; }

  std::string unit_key(const Holder& node) const {
    if (node.reach == Reach::base) return "";
    if (node.kind == HolderKind::lvm) return std::string(lvm_group_id(node.dm_uuid).value_or(""));
    if (node.kind == HolderKind::bcache && !node.group.empty()) return "bcache-" + node.group;
    return "";
  }

  void make_units() {
    std::unordered_map<std::string, std::size_t> by_key;
    unit_of_.assign(graph_.nodes.size(), none);
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
      if (!takes_part(i) || is_crypt_part(i)) continue;
      const std::string key = unit_key(graph_.nodes[i]);
      const auto [entry, added] =
          key.empty() ? std::pair(by_key.end(), true) : by_key.try_emplace(key, units_.size());
      unit_of_[i] = added ? units_.size() : entry->second;
      if (added) units_.emplace_back();
      units_[unit_of_[i]].nodes.push_back(i);
    }
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
      if (!takes_part(i) || unit_of_[i] != none) continue;
      unit_of_[i] = unit_of_[graph_.nodes[i].used_by.front()];
      units_[unit_of_[i]].nodes.push_back(i);
    }
  }

  /// The integrity device below a LUKS2 device goes with the upper one.
  bool is_crypt_part(std::size_t i) const {
    const Holder& node = graph_.nodes[i];
    return node.dm_uuid.starts_with("CRYPT-SUBDEV-") && node.used_by.size() == 1 &&
           graph_.nodes[node.used_by.front()].kind == HolderKind::crypt &&
           !graph_.nodes[node.used_by.front()].dm_uuid.starts_with("CRYPT-SUBDEV-") &&
           node.reach != Reach::base;
  }

  std::size_t add_step(StepAction action, std::size_t node, const std::string& subject,
                       const HolderMount* mount = nullptr, std::vector<std::size_t> covers = {}) {
    Planned planned;
    Step& step = planned.step;
    const Holder& holder = graph_.nodes[node];
    step.action = action;
    step.node = node;
    step.covers = std::move(covers);
    step.level = levels_[node];
    step.device = "/sys/class/block/" + holder.kname;
    step.dev_type = dev_type(holder.kind);
    step.name = holder.kname;
    step.subject = subject;
    if (mount != nullptr) {
      step.name_space = mount->own_name_space ? 0 : mount->name_space;
      planned.depth = mount->mount_point.size();
    }
    add_commands(step, graph_, wishes_, mount);
    const std::size_t point = precedence_.add();
    step_at_.resize(precedence_.size(), none);
    step_at_[point] = steps_.size();
    steps_.push_back(std::move(planned));
    return point;
  }

  std::size_t add_moment() {
    const std::size_t point = precedence_.add();
    step_at_.resize(precedence_.size(), none);
    return point;
  }

  /// unused -> swap files -> unmounts -> free
  void add_node(std::size_t i) {
    const Holder& node = graph_.nodes[i];
    unused_.resize(graph_.nodes.size(), none);
    Unit& unit = units_[unit_of_[i]];
    if (unit.free == none) {
      unit.free = add_moment();
      unit.gone = add_moment();
    }
    const std::size_t unused = unused_[i] = add_moment();
    const std::size_t swaps_off = add_moment();
    precedence_.before(unused, swaps_off);
    for (const HolderSwap& swap : node.swaps) {
      const std::size_t step = add_step(StepAction::swap_off, i, swap.file);
      precedence_.before(unused, step);
      precedence_.before(step, swaps_off);
    }
    const std::size_t unmounted = add_unmounts(i, swaps_off);
    if (node.bcache_member && !has_bcache_above(node)) {
      const std::size_t step =
          add_step(StepAction::stop_bcache, i, node.group.empty() ? node.kname : node.group);
      precedence_.before(unmounted, step);
      precedence_.before(step, unit.free);
    }
    precedence_.before(unmounted, unit.free);
  }

  bool has_bcache_above(const Holder& node) const {
    return std::ranges::any_of(node.used_by, [&](std::size_t upper) {
      return graph_.nodes[upper].kind == HolderKind::bcache;
    });
  }

  std::size_t add_unmounts(std::size_t i, std::size_t begin) {
    const std::size_t binds_gone = add_moment();
    const std::size_t all_gone = add_moment();
    precedence_.before(begin, binds_gone);
    precedence_.before(binds_gone, all_gone);
    for (const HolderMount& mount : graph_.nodes[i].mounts) {
      if (mount.follows) continue;
      const auto [known, added] = mount_points_.try_emplace({mount.name_space, mount.id}, none);
      if (added) {
        known->second = add_step(StepAction::unmount, i, mount.mount_point, &mount);
        mounts_.push_back({&mount, known->second});
      }
      const bool bind = mount.root != "/";
      precedence_.before(bind ? begin : binds_gone, known->second);
      precedence_.before(known->second, bind ? binds_gone : all_gone);
    }
    return all_gone;
  }

  /// free -> wipe -> stop -> gone
  void add_unit_steps(std::size_t index) {
    Unit& unit = units_[index];
    std::size_t last = unit.free;
    const std::size_t main = main_node(unit);
    const Holder& node = graph_.nodes[main];
    if (wishes_.wipe && is_wiped(node)) {
      const std::size_t step = add_step(StepAction::wipe, main, node_path(node));
      precedence_.before(last, step);
      last = step;
    }
    const auto action = stopping(node);
    const bool stays =
        node.reach == Reach::base && (node.kind != HolderKind::multipath || wishes_.keep_maps);
    if (action && !stays) {
      const bool grouped =
          *action == StepAction::deactivate_group || *action == StepAction::stop_bcache;
      const std::string subject = grouped && !node.group.empty() ? node.group : display_name(node);
      const std::size_t step = add_step(*action, main, subject, nullptr, unit.nodes);
      precedence_.before(last, step);
      last = step;
    }
    precedence_.before(last, unit.gone);
  }

  /// The top of a group, and of several the first that people know.
  std::size_t main_node(const Unit& unit) const {
    const auto hidden = [&](std::size_t i) {
      const auto name = parse_lvm_name(graph_.nodes[i].dm_name);
      return name && is_hidden_volume(*name);
    };
    return *std::ranges::min_element(unit.nodes, {}, [&](std::size_t i) {
      return std::tuple(-static_cast<long>(levels_[i]), hidden(i), i);
    });
  }

  bool is_wiped(const Holder& node) const {
    if (node.reach == Reach::base) return true;
    const bool partition =
        node.kind == HolderKind::partition || node.kind == HolderKind::partition_map;
    return partition && std::ranges::any_of(node.uses, [&](std::size_t lower) {
             return graph_.nodes[lower].reach == Reach::base;
           });
  }

  void connect() {
    for (std::size_t lower = 0; lower < graph_.nodes.size(); ++lower) {
      if (!takes_part(lower)) continue;
      for (const std::size_t upper : graph_.nodes[lower].used_by) {
        if (!takes_part(upper) || unit_of_[upper] == unit_of_[lower]) continue;
        precedence_.before(units_[unit_of_[upper]].gone, unused_[lower]);
      }
    }
    for (const auto& [mount, point] : mounts_) {
      const auto parent = mount_points_.find({mount->name_space, mount->parent});
      if (parent != mount_points_.end() && parent->second != none && parent->second != point)
        precedence_.before(point, parent->second);
    }
  }

  /// Moments cost nothing; then what only detaches users (so that a mount that can not go is met
  /// before anything is taken apart), then the rest, the highest level first.
  std::vector<std::size_t> ranks() const {
    std::vector<std::size_t> order(steps_.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    const auto key = [&](std::size_t i) {
      const Step& step = steps_[i].step;
      const bool detaches =
          step.action == StepAction::swap_off || step.action == StepAction::unmount;
      return std::tuple(!detaches, -static_cast<long>(step.level), step.action, step.node,
                        -static_cast<long>(steps_[i].depth), step.name_space);
    };
    std::ranges::sort(order, [&](std::size_t left, std::size_t right) {
      const auto first = key(left);
      const auto second = key(right);
      return first != second ? first < second
                             : steps_[left].step.subject < steps_[right].step.subject;
    });
    std::vector<std::size_t> place(steps_.size());
    for (std::size_t i = 0; i < order.size(); ++i) place[order[i]] = i + 1;
    std::vector<std::size_t> result(precedence_.size(), 0);
    for (std::size_t point = 0; point < result.size(); ++point) {
      if (step_at_[point] != none) result[point] = place[step_at_[point]];
    }
    return result;
  }

  tl::expected<std::vector<Step>, HolderCycle> in_order() {
    const auto order = precedence_.order(ranks());
    if (order.size() != precedence_.size()) return tl::unexpected(ring(order));
    std::vector<Step> result;
    for (const std::size_t point : order) {
      if (step_at_[point] != none) result.push_back(std::move(steps_[step_at_[point]].step));
    }
    return result;
  }

  HolderCycle ring(const std::vector<std::size_t>& order) const {
    std::vector<bool> done(precedence_.size(), false);
    for (const std::size_t point : order) done[point] = true;
    HolderCycle cycle;
    for (std::size_t point = 0; point < done.size(); ++point) {
      if (!done[point] && step_at_[point] != none)
        cycle.knames.push_back(steps_[step_at_[point]].step.name);
    }
    return cycle;
  }

  const HolderGraph& graph_;
  const TeardownWishes& wishes_;
  std::vector<unsigned> levels_;
  Precedence precedence_;
  std::vector<Planned> steps_;
  std::vector<std::size_t> step_at_;  ///< of a point, or none
  std::vector<Unit> units_;
  std::vector<std::size_t> unit_of_;
  std::vector<std::size_t> unused_;
  std::map<std::pair<std::uint64_t, int>, std::size_t> mount_points_;
  std::vector<std::pair<const HolderMount*, std::size_t>> mounts_;
};

}  // namespace

std::string_view to_string(StepAction action) {
  constexpr std::array<std::string_view, step_action_count> words{
      "swapoff",   "umount",      "wipe",        "crypt close", "vg deactivate",
      "raid stop", "bcache stop", "loop detach", "map remove",  "map flush"};
  return words.at(static_cast<std::size_t>(action));
}

tl::expected<Teardown, HolderCycle> plan_teardown(const HolderGraph& graph,
                                                  const TeardownWishes& wishes) {
  auto levels = holder_levels(graph);
  if (!levels) return tl::unexpected(std::move(levels.error()));
  auto steps = Planner(graph, wishes, std::move(*levels)).plan();
  if (!steps) return tl::unexpected(std::move(steps.error()));
  return Teardown{std::move(*steps), find_blockers(graph, wishes)};
}

}  // namespace multipath
