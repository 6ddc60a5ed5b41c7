#include "multipath/teardown/execute_presence.h"

#include <algorithm>

#include <fmt/format.h>

#include "multipath/model/proc_tables.h"
#include "multipath/teardown/execute_name_spaces.h"

namespace multipath {
namespace {

/// Combines presences: there if any part is there, else unknown if any part is unknown.
Presence any_of(std::initializer_list<Presence> parts) {
  for (const Presence wanted : {Presence::there, Presence::unknown})
    if (std::ranges::find(parts, wanted) != parts.end()) return wanted;
  return Presence::absent;
}

Presence mount_presence(const Host& host, const HolderGraph& graph, const Step& step,
                        MountNamespace* name_space) {
  const HolderMount* mount = mount_of(graph, step);
  if (mount == nullptr) return Presence::unknown;
  if (step.name_space == 0) return presence_in(host.proc.read("self/mountinfo"), *mount);
  if (name_space == nullptr) return presence_anywhere(host, graph.nodes[step.node], *mount);
  return presence_in(name_space->mountinfo(), *mount);
}

/// Is the swap active? The kernel always prints a header, and marks removed files.
Presence swap_presence(const Host& host, const std::string& file) {
  const auto text = host.proc.read("swaps");
  if (!text || text->empty()) return Presence::unknown;
  const auto swaps = parse_swaps(*text);
  const bool there = std::ranges::any_of(swaps, [&](const HolderSwap& swap) {
    return swap.file == file || swap.file == file + " (deleted)";
  });
  return there ? Presence::there : Presence::absent;
}

/// The presence of what is behind a device: md and loop devices remain as empty nodes.
Presence presence_behind(const Host& host, const Holder& holder) {
  const std::string folder = "class/block/" + holder.kname;
  if (holder.kind == HolderKind::loop) return host.sys.presence(folder + "/loop/backing_file");
  if (holder.kind != HolderKind::raid) return Presence::there;
  const Presence array = host.sys.presence(folder + "/md");
  if (array != Presence::there) return array;
  const Presence named = host.sys.presence(folder + "/md/array_state");
  if (named == Presence::absent) return Presence::there;
  const auto state = block_attribute(host.sys, holder.kname, "md/array_state");
  if (!state) return Presence::unknown;
  return *state == "clear" ? Presence::absent : Presence::there;
}

/// The presence of a map by its uuid: a renamed map is the same map.
Presence map_presence(const Host& host, const Holder& holder) {
  const auto uuid = block_attribute(host.sys, holder.kname, "dm/uuid");
  if (!uuid) return Presence::unknown;
  return *uuid == holder.dm_uuid ? Presence::there : Presence::absent;
}

/// The presence of a bcache: it releases a backing device after the bcache and its set are gone.
Presence bcache_presence(const Host& host, const Holder& node) {
  const auto taken = [&](const std::string& kname) {
    return host.sys.presence("class/block/" + kname + "/bcache");
  };
  Presence all = node.bcache_member ? taken(node.kname) : Presence::absent;
  if (node.group.empty()) return all;
  all = any_of({all, host.sys.presence("fs/bcache/" + node.group)});
  for (const std::string& member : node.members) all = any_of({all, taken(member)});
  return all;
}

}  // namespace

Presence holder_presence(const Host& host, const Holder& holder) {
  const Presence named = host.sys.presence("class/block/" + holder.kname + "/dev");
  if (named != Presence::there) return named;
  const auto number = block_attribute(host.sys, holder.kname, "dev");
  if (!number) return Presence::unknown;
  if (*number != to_string(holder.number)) return Presence::absent;
  if (!holder.diskseq.empty()) {
    const auto sequence = block_attribute(host.sys, holder.kname, "diskseq");
    if (!sequence) return Presence::unknown;
    if (*sequence != holder.diskseq) return Presence::absent;
  }
  return holder.dm_name.empty() ? presence_behind(host, holder) : map_presence(host, holder);
}

Presence presence_of(const Host& host, const HolderGraph& graph, const Step& step,
                     MountNamespace* name_space) {
  const Holder& node = graph.nodes[step.node];
  Presence all = Presence::absent;
  switch (step.action) {
    case StepAction::wipe:
      return Presence::there;
    case StepAction::unmount:
      return mount_presence(host, graph, step, name_space);
    case StepAction::swap_off:
      return swap_presence(host, step.subject);
    case StepAction::stop_bcache:
      all = bcache_presence(host, node);
      if (node.bcache_member) return all;
      break;
    case StepAction::close_crypt:
    case StepAction::deactivate_group:
    case StepAction::stop_raid:
    case StepAction::detach_loop:
    case StepAction::remove_map:
    case StepAction::flush_map:
      break;
  }
  for (const std::size_t covered : step.covers)
    all = any_of({all, holder_presence(host, graph.nodes[covered])});
  return all;
}

}  // namespace multipath
