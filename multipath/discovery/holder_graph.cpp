#include "multipath/discovery/holder_graph.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "multipath/discovery/holder_identity.h"
#include "multipath/discovery/holder_users.h"
#include "multipath/discovery/holder_walk.h"
#include "multipath/model/holder_names.h"
#include "multipath/model/natural_order.h"

namespace multipath {
namespace {

std::string dm_attribute(const SysTree& sys, const std::string& kname, const char* name) {
  return read_attribute(sys, fmt::format("class/block/{}/dm/{}", kname, name)).value_or("");
}

std::optional<std::string> map_of_path(const SysTree& sys, const std::string& kname) {
  for (const std::string& holder : linked_devices(sys, kname, "holders")) {
    if (dm_attribute(sys, holder, "uuid").starts_with("mpath-")) return holder;
  }
  return std::nullopt;
}

/// The map's partition with the number of the path's partition.
std::optional<std::string> partition_map_of(const SysTree& sys, const std::string& partition) {
  const auto disk = partition_parent(sys, partition);
  const auto map = disk ? map_of_path(sys, *disk) : std::nullopt;
  if (!map) return std::nullopt;
  const std::string number =
      read_attribute(sys, "class/block/" + partition + "/partition").value_or("");
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

struct Look {
  HolderGraph graph;
  bool something_went = false;
};

Look look(const Host& host, const std::vector<std::string>& knames) {
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
  walk.graph.multipathd_runs = multipathd_listens(host.proc);
  add_users(host, walk);
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
  auto names = sys.list("class/block").value_or(std::vector<std::string>{});
  std::ranges::sort(names, NaturalLess{});
  for (const std::string& kname : names) {
    if (!kname.starts_with("dm-") || !is_kname(kname)) continue;
    if (dm_attribute(sys, kname, "name") == name_or_uuid ||
        dm_attribute(sys, kname, "uuid") == name_or_uuid)
      return kname;
  }
  return std::nullopt;
}

HolderGraph discover_holders(const Host& host, const std::vector<std::string>& knames) {
  Look first = look(host, knames);
  // Who takes things down beside us, or udev: once more, and what goes then is left out.
  return first.something_went ? look(host, knames).graph : std::move(first.graph);
}

}  // namespace multipath
