#include "multipath/run/disk_locks.h"

#include <chrono>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "multipath/holders/identity.h"

namespace multipath {

std::vector<std::string> disks_of_bases(const SysTree& sys, const HolderGraph& graph) {
  std::set<std::string> disks;
  for (const Holder& node : graph.nodes) {
    if (node.reach != Reach::base && node.reach != Reach::path) continue;
    if (node.kind == HolderKind::multipath) {
      // Not its members: of a map that bcache has taken those are the devices of the cache set.
      for (std::string& path : linked_devices(sys, node.kname, "slaves"))
        disks.insert(std::move(path));
    }
    if (node.kind == HolderKind::disk) disks.insert(node.kname);
    if (node.kind != HolderKind::partition) continue;
    if (const auto disk = partition_parent(sys, node.kname)) disks.insert(*disk);
  }
  return {disks.begin(), disks.end()};
}

tl::expected<DiskLocks, Blocker> lock_disks(Host& host, const HolderGraph& graph,
                                            const Notices& notices) {
  constexpr std::chrono::seconds patience{10};
  constexpr std::chrono::milliseconds pause{50};
  DiskLocks locks;
  const auto end = host.clock.now() + patience;
  for (const std::string& disk : disks_of_bases(host.sys, graph)) {
    for (bool told = false;;) {
      std::string holder;
      auto lock = host.devices->lock_disk(disk, holder);
      if (lock != nullptr) locks.push_back(std::move(lock));
      if (holder.empty()) break;
      if (host.clock.now() >= end) {
        return tl::unexpected(
            Blocker{"locked", disk, "/proc/locks",
                    fmt::format("{} has /dev/{} locked: it is at work there", holder, disk),
                    "wait until it is done"});
      }
      if (!told)
        notices.report({Finding::Severity::error, disk,
                        fmt::format("waiting: {} has /dev/{} locked", holder, disk)});
      told = true;
      host.clock.sleep(pause);
    }
  }
  return locks;
}

}  // namespace multipath
