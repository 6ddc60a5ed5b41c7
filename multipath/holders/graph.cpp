#include "multipath/holders/graph.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "multipath/holders/identity.h"
#include "multipath/holders/users.h"
#include "multipath/holders/walk.h"
#include "multipath/model/holder_names.h"
#include "multipath/model/natural_order.h"
#include "multipath/model/partition.h"
#include "multipath/model/wwid.h"

namespace multipath {
namespace {

std::string dm_attribute(const SysTree& sys, const std::string& kname, const char* name) {
  return block_attribute(sys, kname, std::string("dm/") + name).value_or("");
}

std::optional<std::string> map_of_path(const SysTree& sys, const std::string& kname) {
  for (const std::string& holder : linked_devices(sys, kname, "holders")) {
    if (dm_attribute(sys, holder, "uuid").starts_with(map_uuid_prefix)) return holder;
  }
  return std::nullopt;
}

/// The map's partition with the number of the path's partition.
std::optional<std::string> partition_map_of(const SysTree& sys, const std::string& partition) {
  const auto disk = partition_parent(sys, partition);
  const auto map = disk ? map_of_path(sys, *disk) : std::nullopt;
  if (!map) return std::nullopt;
  const std::string number = block_attribute(sys, partition, "partition").value_or("");
  const std::string uuid = fmt::format("part{}-{}", number, dm_attribute(sys, *map, "uuid"));
  for (const std::string& holder : linked_devices(sys, *map, "holders")) {
    if (dm_attribute(sys, holder, "uuid") == uuid) return holder;
  }
  return std::nullopt;
}

/// The abstract socket on which multipathd listens.
bool multipathd_listens(const SysTree& proc) {
  return proc.read("net/unix").value_or("").find("@/org/kernel/linux/storage/multipathd") !=
         std::string::npos;
}

/// The paths of the bases' units: a device on one path is a device on the unit.
class UnitPaths {
 public:
  UnitPaths(const Host& host, const PathsOfUnit& paths_of_unit, HolderWalk& walk)
      : host_(host), paths_of_unit_(paths_of_unit), walk_(walk) {}

  void add(std::size_t base) {
    const Refinement refinement(host_.leniency);
    const Holder node = walk_.graph.nodes[base];
    switch (node.kind) {
      case HolderKind::multipath:
        return add_paths(node.kname, "a path of " + display_name(node));
      case HolderKind::disk:
        return add_paths(node.kname, "another path of the same unit as " + node.kname);
      case HolderKind::partition:
        return add_partitions(partition_parent(host_.sys, node.kname),
                              block_attribute(host_.sys, node.kname, "partition"),
                              "on another path of the same unit as " + node.kname);
      case HolderKind::partition_map:
        return add_partitions_of_map(node);
      case HolderKind::linear:
      case HolderKind::lvm:
      case HolderKind::crypt:
      case HolderKind::raid:
      case HolderKind::bcache:
      case HolderKind::loop:
      case HolderKind::unknown:
        return;
    }
  }

 private:
  void add_paths(const std::string& device, const std::string& path_of) {
    for (const std::string& path : paths_of_unit_(device)) {
      if (path != device) walk_.add_path(path, path_of);
    }
  }

  void add_partitions_of_map(const Holder& node) {
    for (const std::string& map : linked_devices(host_.sys, node.kname, "slaves")) {
      const auto number = partition_number_of(node.dm_uuid, dm_attribute(host_.sys, map, "uuid"));
      if (number)
        add_partitions(map, std::to_string(*number),
                       "on a path of " + dm_attribute(host_.sys, map, "name"));
    }
  }

  /// The same partition by each path.
  void add_partitions(const std::optional<std::string>& device,
                      const std::optional<std::string>& number, const std::string& path_of) {
    if (!device || !number) return;
    for (const std::string& path : paths_of_unit_(*device)) {
      for (const std::string& partition : partitions_of(host_.sys, path)) {
        if (block_attribute(host_.sys, partition, "partition") == number)
          walk_.add_path(partition, path_of);
      }
    }
  }

  const Host& host_;
  const PathsOfUnit& paths_of_unit_;
  HolderWalk& walk_;
};

bool has_own_users(const Holder& node) {
  const auto stays = [](const HolderOpener& opener) { return !opener.goes_along; };
  return !node.mounts.empty() || !node.swaps.empty() || !node.exports.empty() ||
         !node.pool.empty() || !node.hidden_file_system.empty() || node.bcache_member ||
         std::ranges::any_of(node.openers, stays);
}

/// A path without users other than its map adds nothing, and its partitions add nothing.
void drop_idle_paths(HolderGraph& graph) {
  auto& nodes = graph.nodes;
  std::vector<bool> idle(nodes.size(), false);
  const auto is_idle_partition = [&](std::size_t i) {
    return nodes[i].kind == HolderKind::partition && nodes[i].used_by.empty() &&
           !has_own_users(nodes[i]) && !nodes[i].on_path.empty();
  };
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    Holder& path = nodes[i];
    if (path.reach != Reach::path) continue;
    // The map stands on its paths; here it is beside them.
    for (const std::size_t upper : path.used_by) {
      if (nodes[upper].reach == Reach::base) std::erase(nodes[upper].uses, i);
    }
    std::erase_if(path.used_by,
                  [&](std::size_t upper) { return nodes[upper].reach == Reach::base; });
    if (has_own_users(path) || !std::ranges::all_of(path.used_by, is_idle_partition)) continue;
    idle[i] = true;
    for (const std::size_t partition : path.used_by) idle[partition] = true;
  }
  graph.erase(idle);
}

struct Look {
  HolderGraph graph;
  bool something_went = false;
};

Look look(const Host& host, const std::vector<std::string>& knames,
          const PathsOfUnit& paths_of_unit) {
  HolderWalk walk(host);
  std::vector<std::size_t> bases;
  for (const std::string& kname : knames) {
    const std::string base = promoted(host.sys, kname);
    const auto index = walk.add(base, Reach::base);
    if (!index) continue;
    bases.push_back(*index);
    const Holder& node = walk.graph.nodes[*index];
    if (node.kind == HolderKind::partition_map)
      walk.graph.findings.push_back({Finding::Severity::note, display_name(node),
                                     "is a partition: it stays, and so does the map it is on"});
    if (base != kname) {
      walk.graph.findings.push_back(
          {Finding::Severity::note, kname,
           fmt::format("stands for {} ({})", display_name(node), node.what)});
    }
  }
  std::ranges::sort(bases);
  const auto repeated = std::ranges::unique(bases);
  bases.erase(repeated.begin(), repeated.end());
  walk.graph.bases = bases;
  UnitPaths paths(host, paths_of_unit, walk);
  for (const std::size_t base : bases) paths.add(base);
  walk.graph.multipathd_runs = multipathd_listens(host.proc);
  add_users(host, walk);
  drop_idle_paths(walk.graph);
  return {walk.graph.in_order(), walk.something_went};
}

}  // namespace

std::string promoted(const SysTree& sys, const std::string& kname) {
  if (const auto map = map_of_path(sys, kname)) return *map;
  if (sys.exists("class/block/" + kname + "/partition")) {
    if (const auto map = partition_map_of(sys, kname)) return *map;
  }
  return kname;
}

std::optional<std::string> kname_of_map(const SysTree& sys, const std::string& name_or_uuid) {
  for (const std::string& kname : ordered_names_in(sys, "class/block")) {
    if (!kname.starts_with("dm-") || !is_kname(kname)) continue;
    if (dm_attribute(sys, kname, "name") == name_or_uuid ||
        dm_attribute(sys, kname, "uuid") == name_or_uuid)
      return kname;
  }
  return std::nullopt;
}

HolderGraph discover_holders(const Host& host, const std::vector<std::string>& knames,
                             const PathsOfUnit& paths_of_unit) {
  Look first = look(host, knames, paths_of_unit);
  // Who takes things down beside us, or udev: once more, and what goes then is left out.
  return first.something_went ? look(host, knames, paths_of_unit).graph : std::move(first.graph);
}

}  // namespace multipath
