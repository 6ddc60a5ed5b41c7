#include "multipath/holders/walk.h"

#include <algorithm>

#include "multipath/holders/identity.h"
#include "multipath/model/holder_names.h"
#include "multipath/model/natural_order.h"

namespace multipath {
namespace {

constexpr std::string_view dev_folder = "/dev/";

std::vector<std::string> values_of(const std::multimap<std::string, std::string>& map,
                                   const std::string& key) {
  std::vector<std::string> result;
  const auto [begin, end] = map.equal_range(key);
  for (auto entry = begin; entry != end; ++entry) result.push_back(entry->second);
  return result;
}

Reach reach_above(const Holder& lower) {
  const bool is_asked_for = lower.reach == Reach::base || lower.reach == Reach::path;
  return is_asked_for ? Reach::above : lower.reach;
}

std::vector<std::string> all_devices(const SysTree& sys) {
  auto names = ordered_names_in(sys, "class/block");
  std::erase_if(names, [](const std::string& name) { return !is_kname(name); });
  return names;
}

}  // namespace

std::optional<std::string> kname_of_node(const Host& host, const std::string& path) {
  if (!path.starts_with(dev_folder)) return std::nullopt;
  const auto number = host.devices->node_number(path);
  return number ? kname_of_number(host.sys, *number) : std::nullopt;
}

HolderWalk::HolderWalk(const Host& host) : host_(host) { read_loops_and_volumes(); }

void HolderWalk::read_loops_and_volumes() {
  for (const std::string& kname : all_devices(host_.sys)) {
    const std::string folder = "class/block/" + kname;
    if (kname.starts_with("loop")) {
      const auto backing = read_attribute(host_.sys, folder + "/loop/backing_file");
      if (!backing || backing->empty()) continue;
      if (const auto lower = kname_of_node(host_, *backing)) {
        loops_on_.emplace(*lower, kname);
        loop_lower_[kname] = *lower;
      }
    } else if (kname.starts_with("md")) {
      if (const auto container = md_container(host_.sys, kname))
        volumes_of_.emplace(*container, kname);
    } else if (kname.starts_with("dm-")) {
      const std::string uuid = read_attribute(host_.sys, folder + "/dm/uuid").value_or("");
      const auto group = lvm_group_id(uuid);
      if (group) lvm_members_.emplace(std::string(*group), kname);
    }
  }
}

std::optional<std::size_t> HolderWalk::node(const std::string& kname, Reach reach) {
  const auto known = by_kname_.find(kname);
  if (known != by_kname_.end()) return known->second;
  auto holder = identify_holder(host_, kname);
  if (!holder) {  // it has gone while we looked
    something_went = true;
    return std::nullopt;
  }
  const auto [place, added] = index_.try_emplace(holder->number, graph.nodes.size());
  by_kname_[kname] = place->second;
  if (!added) return place->second;
  holder->reach = reach;
  graph.nodes.push_back(std::move(*holder));
  if (reach != Reach::leg) open_.push_back(place->second);
  return place->second;
}

std::vector<std::string> HolderWalk::above(const Holder& holder) const {
  std::vector<std::string> result = linked_devices(host_.sys, holder.kname, "holders");
  std::ranges::move(partitions_of(host_.sys, holder.kname), std::back_inserter(result));
  std::ranges::move(values_of(loops_on_, holder.kname), std::back_inserter(result));
  std::ranges::move(values_of(volumes_of_, holder.kname), std::back_inserter(result));
  const std::string set =
      holder.kind == HolderKind::bcache ? "" : bcache_set(host_.sys, holder.kname);
  if (!set.empty())
    std::ranges::move(read_bcache_set(host_.sys, set).bcaches, std::back_inserter(result));
  return result;
}

std::vector<std::string> HolderWalk::below(const Holder& holder) const {
  std::vector<std::string> result = linked_devices(host_.sys, holder.kname, "slaves");
  if (holder.kind == HolderKind::partition) {
    if (const auto parent = partition_parent(host_.sys, holder.kname)) result.push_back(*parent);
  }
  const auto loop = loop_lower_.find(holder.kname);
  if (loop != loop_lower_.end()) result.push_back(loop->second);
  if (const auto container = md_container(host_.sys, holder.kname)) result.push_back(*container);
  if (holder.kind == HolderKind::bcache && !holder.group.empty())
    std::ranges::move(read_bcache_set(host_.sys, holder.group).members, std::back_inserter(result));
  return result;
}

/// A device that was found above a path of the unit.
void HolderWalk::mark_path(std::size_t upper, std::size_t lower) {
  const Holder& below = graph.nodes[lower];
  Holder& added = graph.nodes[upper];
  const bool is_its_partition = below.reach == Reach::path && added.kind == HolderKind::partition;
  added.on_path = is_its_partition ? added.kname : below.on_path;
  added.path_of = below.path_of;
}

void HolderWalk::drain() {
  while (!open_.empty()) {
    const std::size_t lower = open_.front();
    open_.pop_front();
    const Reach reach = reach_above(graph.nodes[lower]);
    for (const std::string& kname : above(graph.nodes[lower])) {
      const std::size_t count = graph.nodes.size();
      const auto upper = node(kname, reach);
      if (!upper) continue;
      if (graph.nodes.size() > count) mark_path(*upper, lower);
      graph.link(*upper, lower);
    }
    Holder& holder = graph.nodes[lower];
    holder.bcache_member = holder.kind != HolderKind::bcache &&
                           host_.sys.exists("class/block/" + holder.kname + "/bcache");
    const std::string set = bcache_set(host_.sys, holder.kname);
    if (!set.empty()) {
      holder.group = set;
      holder.members = read_bcache_set(host_.sys, set).members;
    }
  }
}

std::optional<std::size_t> HolderWalk::add(const std::string& kname, Reach reach) {
  const auto known = by_kname_.find(kname);
  if (known != by_kname_.end()) {
    if (reach == Reach::base) graph.nodes[known->second].reach = Reach::base;
    return known->second;
  }
  const auto index = node(kname, reach);
  drain();
  return index;
}

void HolderWalk::add_path(const std::string& kname, const std::string& path_of) {
  const std::size_t count = graph.nodes.size();
  const auto index = node(kname, Reach::path);
  if (index && graph.nodes.size() > count) {
    graph.nodes[*index].on_path = kname;
    graph.nodes[*index].path_of = path_of;
  }
  drain();
}

void HolderWalk::add_above(const std::string& upper, std::size_t lower) {
  const std::size_t count = graph.nodes.size();
  const auto index = node(upper, reach_above(graph.nodes[lower]));
  if (index && graph.nodes.size() > count) mark_path(*index, lower);
  drain();
  if (index && *index != lower) graph.link(*index, lower);
}

void HolderWalk::add_group_mates() {
  std::set<std::string> done;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {  // grows while it runs
    const Holder& holder = graph.nodes[i];
    if (holder.reach != Reach::above && holder.reach != Reach::collateral) continue;
    std::vector<std::string> mates;
    if (holder.kind == HolderKind::lvm) {
      const auto id = lvm_group_id(holder.dm_uuid);
      if (!id || !done.insert(std::string(*id)).second) continue;
      mates = values_of(lvm_members_, std::string(*id));
    } else if (holder.kind == HolderKind::bcache && !holder.group.empty()) {
      if (!done.insert(holder.group).second) continue;
      mates = read_bcache_set(host_.sys, holder.group).bcaches;
    }
    for (const std::string& mate : mates) add(mate, Reach::collateral);
  }
}

void HolderWalk::add_legs() {
  const std::size_t count = graph.nodes.size();
  for (std::size_t i = 0; i < count; ++i) {
    if (graph.nodes[i].reach == Reach::base || graph.nodes[i].reach == Reach::path) continue;
    for (const std::string& kname : below(graph.nodes[i])) {
      if (const auto lower = node(kname, Reach::leg); lower && *lower != i) graph.link(i, *lower);
    }
  }
}

}  // namespace multipath
