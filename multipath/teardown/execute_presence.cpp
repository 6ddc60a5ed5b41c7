#include "multipath/teardown/execute_presence.h"

#include <algorithm>
#include <sstream>

#include <fmt/format.h>

#include "multipath/model/holder_names.h"

namespace multipath {
namespace {

std::string attribute(const Host& host, const std::string& kname, const char* name) {
  return read_attribute(host.sys, fmt::format("class/block/{}/{}", kname, name)).value_or("");
}

/// The mounts of a node that an unmount is of: one mount point in one mount namespace.
std::vector<const HolderMount*> mounts_of(const Holder& node, const Step& step) {
  std::vector<const HolderMount*> result;
  for (const HolderMount& mount : node.mounts) {
    const bool same_space =
        step.name_space == 0 ? mount.own_name_space : mount.name_space == step.name_space;
    if (same_space && mount.mount_point == step.subject) result.push_back(&mount);
  }
  return result;
}

/// Our own namespace is asked again; another's process may have ended.
bool is_unmounted(const Host& host, const Holder& node, const Step& step) {
  const auto mounts = mounts_of(node, step);
  if (mounts.empty()) return true;
  const std::string process =
      step.name_space == 0 ? "self" : std::to_string(mounts.front()->seen_by.pid);
  std::istringstream lines(host.proc.read(process + "/mountinfo").value_or(""));
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string id, parent, device, root, mount_point;
    if (!(words >> id >> parent >> device >> root >> mount_point)) continue;
    const bool same = unescape_octal(mount_point) == step.subject &&
                      std::ranges::any_of(mounts, [&](const HolderMount* mount) {
                        return std::to_string(mount->id) == id;
                      });
    if (same) return false;
  }
  return true;
}

bool is_swapped_off(const Host& host, const std::string& file) {
  std::istringstream lines(host.proc.read("swaps").value_or(""));
  for (std::string line; std::getline(lines, line);) {
    if (unescape_octal(line.substr(0, line.find_first_of(" \t"))) == file) return false;
  }
  return true;
}

bool has_bcache(const Host& host, const std::string& kname) {
  return host.sys.exists("class/block/" + kname + "/bcache");
}

/// md and loop devices stay as nodes without anything behind them.
bool has_something_behind(const Host& host, const Holder& holder) {
  const std::string folder = "class/block/" + holder.kname;
  if (holder.kind == HolderKind::raid)
    return host.sys.exists(folder + "/md") &&
           attribute(host, holder.kname, "md/array_state") != "clear";
  if (holder.kind == HolderKind::loop) return host.sys.exists(folder + "/loop/backing_file");
  return true;
}

}  // namespace

bool holder_is_there(const Host& host, const Holder& holder) {
  if (attribute(host, holder.kname, "dev") != to_string(holder.number)) return false;
  if (attribute(host, holder.kname, "diskseq") != holder.diskseq) return false;
  if (holder.dm_name.empty()) return has_something_behind(host, holder);
  return attribute(host, holder.kname, "dm/uuid") == holder.dm_uuid &&
         attribute(host, holder.kname, "dm/name") == holder.dm_name;
}

bool is_taken_down(const Host& host, const HolderGraph& graph, const Step& step) {
  const Holder& node = graph.nodes[step.node];
  switch (step.action) {
    case StepAction::wipe:
      return false;
    case StepAction::unmount:
      return is_unmounted(host, node, step);
    case StepAction::swap_off:
      return is_swapped_off(host, step.subject);
    case StepAction::stop_bcache:
      // A backing device is let go of after its bcache has gone and after its set has.
      if (!node.group.empty() && host.sys.exists("fs/bcache/" + node.group)) return false;
      if (node.bcache_member && has_bcache(host, node.kname)) return false;
      if (!node.group.empty() && std::ranges::any_of(node.members, [&](const std::string& member) {
            return has_bcache(host, member);
          }))
        return false;
      if (node.bcache_member) return true;
      break;
    default:
      break;
  }
  return std::ranges::none_of(step.covers,
                              [&](std::size_t i) { return holder_is_there(host, graph.nodes[i]); });
}

}  // namespace multipath
