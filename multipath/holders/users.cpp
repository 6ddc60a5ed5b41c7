#include "multipath/holders/users.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "multipath/holders/exports.h"
#include "multipath/holders/mounts.h"
#include "multipath/holders/processes.h"
#include "multipath/host/refinement.h"
#include "multipath/model/holder_names.h"
#include "multipath/model/natural_order.h"
#include "multipath/model/proc_tables.h"

namespace multipath {
namespace {

/// One look at everything that can use a device.
class Users {
 public:
  Users(const Host& host, HolderWalk& walk)
      : host_(host),
        walk_(walk),
        mounts_(MountTable::read(host, walk.graph.findings)),
        groups_(read_device_groups(host)),
        swaps_(parse_swaps(host.proc.read("swaps").value_or(""))),
        exports_(read_exports(host.sys)),
        nfs_exports_(nfs_exports_of(host)) {}

  void add() {
    add_devices();
    // What these have read counts for every device: one pass over each list.
    for (const HolderMount& mount : mounts_.mounts()) add_mount(mount);
    add_swaps();
    add_open_files();
    add_exports();
    for (Holder& node : walk_.graph.nodes) add_own(node);
    walk_.graph.kept_name_spaces = mounts_.kept_name_spaces();
    walk_.graph.memory_available_kib =
        parse_memory_available(host_.proc.read("meminfo").value_or(""));
  }

 private:
  Holder* find(const std::string& kname) {
    const auto found = places_.find(kname);
    return found == places_.end() ? nullptr : &walk_.graph.nodes[found->second];
  }

  void remember_places() {
    for (std::size_t i = places_.size(); i < walk_.graph.nodes.size(); ++i)
      places_.emplace(walk_.graph.nodes[i].kname, i);
  }

  /// Knames of the devices that a mounted file system is on.
  std::vector<std::string> devices_of(const HolderMount& mount) const {
    if (const auto kname = kname_of_number(host_.sys, mount.device)) return {*kname};
    if (!multi_device_file_system(mount.file_system)) return {};
    const auto source = kname_of_node(host_, mount.source.substr(0, mount.source.find(':')));
    if (!source) return {};
    for (const DeviceGroup& group : groups_) {
      if (group.members.contains(*source)) return {group.members.begin(), group.members.end()};
    }
    return {*source};
  }

  std::vector<std::string> devices_of_file(const std::string& path) const {
    const HolderMount* mount = mounts_.file_system_of(path);
    return mount == nullptr ? std::vector<std::string>{} : devices_of(*mount);
  }

  /// Loops over files of mounted devices, and group mates, until nothing new comes.
  void add_devices() {
    std::size_t before = 0;
    do {
      before = walk_.graph.nodes.size();
      remember_places();
      add_file_loops();
      walk_.add_group_mates();
    } while (walk_.graph.nodes.size() != before);
    walk_.add_legs();
    remember_places();
  }

  void add_file_loops() {
    for (const std::string& loop : ordered_names_in(host_.sys, "class/block")) {
      if (!loop.starts_with("loop") || !is_kname(loop)) continue;
      const auto backing = block_attribute(host_.sys, loop, "loop/backing_file").value_or("");
      if (backing.empty() || backing.starts_with("/dev/")) continue;
      for (const std::string& kname : devices_of_file(backing)) {
        const auto lower = places_.find(kname);
        if (lower != places_.end()) walk_.add_above(loop, lower->second);
      }
      remember_places();
    }
  }

  void add_mount(const HolderMount& seen) {
    for (const std::string& kname : devices_of(seen)) {
      Holder* node = find(kname);
      if (node == nullptr) continue;
      HolderMount mount = seen;
      for (const HolderMount* child : mounts_.children_of(mount)) {
        const auto below = devices_of(*child);
        const bool inside = std::ranges::any_of(below, [&](const std::string& name) {
          const Holder* other = find(name);
          return other != nullptr && other->reach != Reach::leg;
        });
        if (!inside) mount.covered_by.push_back(child->mount_point);
      }
      node->mounts.push_back(std::move(mount));
    }
  }

  void add_swaps() {
    bool others = false;
    std::vector<Holder*> swapping;
    for (const HolderSwap& swap : swaps_) {
      std::vector<std::string> devices;
      if (swap.is_file) {
        devices = devices_of_file(swap.file);
      } else if (const auto kname = kname_of_node(host_, swap.file)) {
        devices = {*kname};
      }
      bool inside = false;
      for (const std::string& kname : devices) {
        Holder* node = find(kname);
        if (node == nullptr || node->reach == Reach::leg) continue;
        node->swaps.push_back(swap);
        swapping.push_back(node);
        inside = true;
      }
      others = others || !inside;
    }
    if (others) return;
    for (Holder* node : swapping) protect(*node, "it is the only swap");
  }

  static void protect(Holder& node, const std::string& why) {
    if (node.protection.empty()) node.protection = why;
  }

  void add_open_files() {
    // Processes have few different files of devices: each is asked for once.
    std::map<std::string, std::vector<std::string>> known;
    for (const OpenFile& file : read_open_files(host_, walk_.graph.findings)) {
      if (file.is_descriptor && file.path.starts_with("/dev/")) {
        add_device_opener(file);
        continue;
      }
      auto [entry, added] = known.try_emplace(file.path);
      if (added) entry->second = devices_of_file(file.path);
      for (const std::string& kname : entry->second) {
        Holder* node = find(kname);
        if (node == nullptr || node->reach == Reach::leg) continue;
        node->openers.push_back({describe_process(host_.proc, file.pid), file.what, false, false});
      }
    }
  }

  void add_device_opener(const OpenFile& file) {
    const auto number = host_.devices->node_number("/proc/" + file.link);
    const auto kname = number ? kname_of_number(host_.sys, *number) : std::nullopt;
    Holder* node = kname ? find(*kname) : nullptr;
    if (node == nullptr || node->reach == Reach::leg) return;
    HolderOpener opener{describe_process(host_.proc, file.pid), file.what, true, false};
    // multipathd has the paths of its maps open and checks them, whether the unit is in use or not.
    opener.goes_along = (opener.process.command == "mdmon" && is_in_container(*node)) ||
                        (opener.process.command == "multipathd" && node->reach == Reach::path);
    node->openers.push_back(std::move(opener));
  }

  /// mdmon writes the metadata of a container while it has volumes, and ends with the last of them.
  bool is_in_container(const Holder& node) const {
    const auto& nodes = walk_.graph.nodes;
    const auto is_raid = [&](std::size_t i) { return nodes[i].kind == HolderKind::raid; };
    return std::ranges::any_of(node.used_by, [&](std::size_t upper) {
      return is_raid(upper) && std::ranges::any_of(nodes[upper].used_by, is_raid);
    });
  }

  static std::vector<NfsExport> nfs_exports_of(const Host& host) {
    const Refinement refinement(host.leniency);
    return read_nfs_exports(host.proc);
  }

  void add_exports() {
    for (const NfsExport& shared : nfs_exports_) {
      for (const std::string& kname : devices_of_file(shared.path)) {
        Holder* node = find(kname);
        if (node != nullptr && node->reach != Reach::leg) node->nfs_exports.push_back(shared);
      }
    }
    for (const Export& item : exports_) {
      std::vector<std::string> devices;
      if (const auto kname = kname_of_node(host_, item.path))
        devices = {*kname};
      else if (!item.path.starts_with("/dev/"))
        devices = devices_of_file(item.path);
      for (const std::string& kname : devices) {
        Holder* node = find(kname);
        if (node != nullptr && node->reach != Reach::leg) node->exports.push_back(item.what);
      }
    }
  }

  /// What only the device itself can be asked.
  void add_own(Holder& node) {
    if (node.reach == Reach::leg) return;
    const Refinement refinement(node.path_of.empty() ? nullptr : host_.leniency);
    if (node.mounts.empty()) node.hidden_file_system = file_system_in_sysfs(host_.sys, node.kname);
    const auto properties = host_.udev.properties(node.number);
    if (properties) node.pool = imported_pool(host_.proc, *properties);
    for (const HolderMount& mount : node.mounts) protect_mount(node, mount);
    if (read_attribute(host_.sys, "power/resume").value_or("") == to_string(node.number))
      protect(node, "a hibernated system is written there");
    if (is_unused(node) && !is_on_claimed_disk(node) &&
        host_.devices->exclusive(node.kname) == Claim::taken)
      node.openers.push_back({{0, "somebody unknown", {}}, "/dev/" + node.kname, true, false});
  }

  /// The kernel lets no partition be claimed of a disk that is claimed as a whole (block/bdev.c,
  /// bd_may_claim): such a partition is not free and not in use.
  bool is_on_claimed_disk(const Holder& node) const {
    const auto& nodes = walk_.graph.nodes;
    return node.kind == HolderKind::partition &&
           std::ranges::any_of(node.uses, [&](std::size_t disk) {
             return std::ranges::any_of(nodes[disk].used_by, [&](std::size_t upper) {
               return nodes[upper].kind != HolderKind::partition;
             });
           });
  }

  static bool is_unused(const Holder& node) {
    return node.used_by.empty() && node.mounts.empty() && node.swaps.empty() &&
           node.openers.empty() && node.exports.empty() && node.pool.empty() &&
           node.hidden_file_system.empty() && !node.bcache_member && !node.suspended &&
           !node.queues_without_paths;
  }

  void protect_mount(Holder& node, const HolderMount& mount) const {
    const bool ours = mount.own_name_space || mount.name_space == mounts_.first_process();
    if (ours && is_system_mount(mount.mount_point)) protect(node, mount.mount_point + " is on it");
  }

  const Host& host_;
  HolderWalk& walk_;
  MountTable mounts_;
  std::vector<DeviceGroup> groups_;
  std::vector<HolderSwap> swaps_;
  std::vector<Export> exports_;
  std::vector<NfsExport> nfs_exports_;
  std::map<std::string, std::size_t> places_;
};

}  // namespace

void add_users(const Host& host, HolderWalk& walk) { Users(host, walk).add(); }

}  // namespace multipath
