#include "multipath/teardown/teardown.h"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>

#include "multipath/teardown/blockers.h"
#include "multipath/teardown/precedence.h"
#include "multipath/teardown/step_commands.h"
#include "multipath/teardown/units.h"

namespace multipath {
namespace {

constexpr std::size_t none = TeardownUnits::none;

std::optional<StepAction> stop_action(const Holder& node) {
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
  Planner(const HolderGraph& graph, const TeardownOptions& options, std::vector<unsigned> levels)
      : graph_(graph),
        options_(options),
        levels_(std::move(levels)),
        units_(make_units(graph)),
        milestones_(units_.nodes.size()) {}

  tl::expected<std::vector<Step>, HolderCycle> plan() {
    unused_.assign(graph_.nodes.size(), none);
    steps_.reserve(graph_.nodes.size());
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
      if (takes_part(i)) add_node(i);
    }
    for (std::size_t i = 0; i < milestones_.size(); ++i) add_unit_steps(i);
    connect();
    return in_order();
  }

 private:
  /// The milestones of a unit.
  struct Milestones {
    std::size_t free = none;  ///< no users remain
    std::size_t gone = none;
  };
  struct PlannedStep {
    Step step;
    std::size_t depth = 0;  ///< length of the mount point
  };

  bool takes_part(std::size_t i) const { return graph_.nodes[i].reach != Reach::leg; }

  std::size_t add_step(StepAction action, std::size_t node, const std::string& subject,
                       const HolderMount* mount = nullptr, std::vector<std::size_t> covers = {}) {
    PlannedStep planned;
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
      step.mount_id = mount->id;
      planned.depth = mount->mount_point.size();
    }
    add_commands(step, graph_, options_, mount);
    const std::size_t point = precedence_.add();
    step_at_.resize(precedence_.size(), none);
    step_at_[point] = steps_.size();
    steps_.push_back(std::move(planned));
    return point;
  }

  std::size_t add_milestone() {
    const std::size_t point = precedence_.add();
    step_at_.resize(precedence_.size(), none);
    return point;
  }

  /// unused -> swap files -> unmounts -> free
  void add_node(std::size_t i) {
    const Holder& node = graph_.nodes[i];
    Milestones& unit = milestones_[units_.unit_of[i]];
    if (unit.free == none) unit.free = add_milestone();
    const std::size_t unused = unused_[i] = add_milestone();
    std::size_t swaps_off = unused;
    if (!node.swaps.empty()) {
      swaps_off = add_milestone();
      precedence_.before(unused, swaps_off);
    }
    for (const HolderSwap& swap : node.swaps) {
      const std::size_t step = add_step(StepAction::swap_off, i, swap.file);
      precedence_.before(unused, step);
      precedence_.before(step, swaps_off);
    }
    const std::size_t unmounted = node.mounts.empty() ? swaps_off : add_unmounts(i, swaps_off);
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
    const std::size_t binds_gone = add_milestone();
    const std::size_t all_gone = add_milestone();
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
    const std::vector<std::size_t>& nodes = units_.nodes[index];
    std::size_t last = milestones_[index].free;
    const std::size_t main = main_node(graph_, nodes, levels_);
    const Holder& node = graph_.nodes[main];
    if (options_.wipe && is_wiped(node)) {
      const std::size_t step = add_step(StepAction::wipe, main, node_path(node));
      precedence_.before(last, step);
      last = step;
    }
    const auto action = stop_action(node);
    const bool stays =
        node.reach == Reach::base && (node.kind != HolderKind::multipath || options_.keep_maps);
    if (action && !stays) {
      const bool grouped =
          *action == StepAction::deactivate_group || *action == StepAction::stop_bcache;
      const std::string subject = grouped && !node.group.empty() ? node.group : display_name(node);
      const std::size_t step = add_step(*action, main, subject, nullptr, nodes);
      precedence_.before(last, step);
      last = step;
    }
    milestones_[index].gone = last;
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
        const std::size_t unit = units_.unit_of[upper];
        if (unit == none || unit == units_.unit_of[lower]) continue;
        precedence_.before(milestones_[unit].gone, unused_[lower]);
      }
    }
    // Free the other paths of the unit before wiping a base device or flushing its map.
    for (std::size_t path = 0; path < graph_.nodes.size(); ++path) {
      if (graph_.nodes[path].reach != Reach::path) continue;
      for (const std::size_t base : graph_.bases)
        precedence_.before(milestones_[units_.unit_of[path]].gone, unused_[base]);
    }
    for (const auto& [mount, point] : mounts_) {
      const auto parent = mount_points_.find({mount->name_space, mount->parent});
      if (parent != mount_points_.end() && parent->second != none && parent->second != point)
        precedence_.before(point, parent->second);
    }
  }

  /// The ranks of points: milestones first, then steps that only detach users, so that a busy mount
  /// fails before anything is torn down, then other steps from the highest level.
  std::vector<std::size_t> ranks() const {
    using Key = std::tuple<bool, unsigned, StepAction, std::size_t, std::size_t, std::uint64_t,
                           std::string_view, std::size_t>;
    std::vector<Key> order;
    order.reserve(steps_.size());
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      const Step& step = steps_[i].step;
      const bool detaches =
          step.action == StepAction::swap_off || step.action == StepAction::unmount;
      order.emplace_back(!detaches, ~step.level, step.action, step.node, ~steps_[i].depth,
                         step.name_space, step.subject, i);
    }
    std::ranges::sort(order);
    std::vector<std::size_t> place(steps_.size());
    for (std::size_t i = 0; i < order.size(); ++i) place[std::get<7>(order[i])] = i + 1;
    std::vector<std::size_t> result(precedence_.size(), 0);
    for (std::size_t point = 0; point < result.size(); ++point) {
      if (step_at_[point] != none) result[point] = place[step_at_[point]];
    }
    return result;
  }

  tl::expected<std::vector<Step>, HolderCycle> in_order() {
    const auto order = precedence_.order(ranks());
    if (order.size() != precedence_.size()) return tl::unexpected(remaining_cycle(order));
    std::vector<Step> result;
    result.reserve(steps_.size());
    for (const std::size_t point : order) {
      if (step_at_[point] != none) result.push_back(std::move(steps_[step_at_[point]].step));
    }
    return result;
  }

  HolderCycle remaining_cycle(const std::vector<std::size_t>& order) const {
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
  const TeardownOptions& options_;
  std::vector<unsigned> levels_;
  TeardownUnits units_;
  std::vector<Milestones> milestones_;  ///< of each unit
  Precedence precedence_;
  std::vector<PlannedStep> steps_;
  std::vector<std::size_t> step_at_;  ///< by point, or none
  std::vector<std::size_t> unused_;   ///< by node: the milestone at which no device uses it
  std::map<std::pair<std::uint64_t, int>, std::size_t> mount_points_;
  std::vector<std::pair<const HolderMount*, std::size_t>> mounts_;
};

}  // namespace

std::string_view to_string(StepAction action) {
  switch (action) {
    case StepAction::swap_off:
      return "swapoff";
    case StepAction::unmount:
      return "umount";
    case StepAction::wipe:
      return "wipe";
    case StepAction::close_crypt:
      return "crypt close";
    case StepAction::deactivate_group:
      return "vg deactivate";
    case StepAction::stop_raid:
      return "raid stop";
    case StepAction::stop_bcache:
      return "bcache stop";
    case StepAction::detach_loop:
      return "loop detach";
    case StepAction::remove_map:
      return "map remove";
    case StepAction::flush_map:
      return "map flush";
  }
  return "unknown";
}

tl::expected<Teardown, HolderCycle> plan_teardown(const HolderGraph& graph,
                                                  const TeardownOptions& options) {
  auto levels = holder_levels(graph);
  if (!levels) return tl::unexpected(std::move(levels.error()));
  auto steps = Planner(graph, options, std::move(*levels)).plan();
  if (!steps) return tl::unexpected(std::move(steps.error()));
  return Teardown{std::move(*steps), find_blockers(graph, options)};
}

}  // namespace multipath
