#include "multipath/teardown/execute_name_spaces.h"

#include <algorithm>
#include <cerrno>
#include <set>

#include <fmt/format.h>

#include "multipath/model/number_text.h"
#include "multipath/model/proc_tables.h"

namespace multipath {
namespace {

/// The processes in a mount namespace, starting with the process in which it was seen.
std::vector<int> processes_in(const SysTree& proc, std::uint64_t name_space, int seen_by) {
  std::vector<int> pids{seen_by};
  for (const std::string& name : names_in(proc, ".")) {
    const auto pid = parse_number<std::uint32_t>(name);
    const auto link = pid ? proc.read_link(name + "/ns/mnt") : std::nullopt;
    if (link && parse_mount_namespace(*link) == name_space) pids.push_back(static_cast<int>(*pid));
  }
  return pids;
}

bool is_same(const HolderMount& one, const HolderMount& other) {
  return one.id == other.id && one.device == other.device;
}

}  // namespace

const HolderMount* mount_of(const HolderGraph& graph, const Step& step) {
  const auto& mounts = graph.nodes[step.node].mounts;
  const auto found = std::ranges::find_if(mounts, [&](const HolderMount& mount) {
    const std::uint64_t name_space = mount.own_name_space ? 0 : mount.name_space;
    return mount.id == step.mount_id && name_space == step.name_space;
  });
  return found == mounts.end() ? nullptr : &*found;
}

std::unique_ptr<MountNamespace> open_name_space(const Host& host, const HolderMount& mount,
                                                std::error_code& why) {
  why = std::make_error_code(std::errc::function_not_supported);
  for (const int pid : processes_in(host.proc, mount.name_space, mount.seen_by.pid)) {
    try {
      return host.mount_namespaces->open(pid, mount.name_space);
    } catch (const std::system_error& error) {
      why = error.code();
    }
  }
  return nullptr;
}

Presence presence_in(const std::optional<std::string>& mountinfo, const HolderMount& mount) {
  if (!mountinfo || mountinfo->empty()) return Presence::unknown;
  const auto mounts = parse_mountinfo(*mountinfo);
  const bool there =
      std::ranges::any_of(mounts, [&](const HolderMount& other) { return is_same(other, mount); });
  return there ? Presence::there : Presence::absent;
}

Presence presence_anywhere(const Host& host, const Holder& node, const HolderMount& mount) {
  const auto processes = host.proc.list(".");
  if (!processes) return Presence::unknown;
  std::set<std::uint64_t> seen;
  std::set<std::uint64_t> hidden;
  for (const std::string& pid : *processes) {
    if (!parse_number<std::uint32_t>(pid)) continue;
    const auto link = host.proc.read_link(pid + "/ns/mnt");
    const auto name_space = link ? parse_mount_namespace(*link) : std::nullopt;
    if (!name_space) {
      // Even kernel threads have a mountinfo: only an ended process has none.
      if (host.proc.read(pid + "/mountinfo").value_or("-") != "") return Presence::unknown;
      continue;
    }
    if (seen.contains(*name_space)) continue;
    const auto root = host.proc.read_link(pid + "/root");
    const auto text = host.proc.read(pid + "/mountinfo");
    if (!text || text->empty() || (root && *root != "/")) {
      hidden.insert(*name_space);
      continue;
    }
    seen.insert(*name_space);
    for (const HolderMount& other : parse_mountinfo(*text)) {
      const bool known = std::ranges::any_of(node.mounts, [&](const HolderMount& planned) {
        return planned.name_space == *name_space && is_same(planned, other) && &planned != &mount;
      });
      if (other.device == mount.device && !known) return Presence::there;
    }
  }
  const bool all_seen = std::ranges::includes(seen, hidden);
  return all_seen ? Presence::absent : Presence::unknown;
}

OpenNameSpaces open_name_spaces(const HolderGraph& graph, const std::vector<Step>& steps,
                                const Host& host, std::vector<Blocker>& blockers) {
  OpenNameSpaces open;
  for (const Step& step : steps) {
    if (step.name_space == 0 || open.contains(step.name_space)) continue;
    const HolderMount* mount = mount_of(graph, step);
    std::error_code why;
    auto opened = mount == nullptr ? nullptr : open_name_space(host, *mount, why);
    if (opened != nullptr) {
      open.emplace(step.name_space, std::move(opened));
      continue;
    }
    blockers.push_back(
        {"mounted-elsewhere", step.name,
         fmt::format("/proc/{}/ns/mnt", mount == nullptr ? 0 : mount->seen_by.pid),
         fmt::format("{} is mounted in mount namespace {}, which cannot be entered: {}",
                     step.subject, step.name_space, why.message()),
         "run the plan again as root"});
  }
  return open;
}

}  // namespace multipath
