#include "multipath/holders/mounts.h"

#include <algorithm>
#include <array>
#include <functional>
#include <system_error>

#include <fmt/format.h>

#include "multipath/holders/processes.h"
#include "multipath/model/cut.h"
#include "multipath/model/proc_tables.h"

namespace multipath {
namespace {

/// The parts of a path, one after the other; empty ones are left out.
std::string_view next_part(std::string_view& path) {
  std::string_view part;
  while (part.empty() && !path.empty()) part = cut(path, '/');
  return part;
}

/// Where a process in the chroot `root` sees `path`.
std::string below_root(std::string_view root, std::string path) {
  if (root == "/") return path;
  return path == "/" ? std::string(root) : std::string(root) + path;
}

}  // namespace

std::size_t MountPointIndex::StepHash::operator()(const Step& step) const {
  constexpr std::size_t odd = 0x9e3779b97f4a7c15;
  return std::hash<std::string>{}(step.name) ^ (step.folder * odd);
}

void MountPointIndex::add(std::string_view mount_point, std::size_t value) {
  std::size_t folder = 0;
  for (auto part = next_part(mount_point); !part.empty(); part = next_part(mount_point)) {
    const auto [known, added] =
        folders_.try_emplace(Step{folder, std::string(part)}, values_.size());
    if (added) values_.emplace_back();
    folder = known->second;
  }
  values_[folder] = value;
}

std::optional<std::size_t> MountPointIndex::find(std::string_view path) const {
  std::size_t folder = 0;
  auto best = values_[folder];
  for (auto part = next_part(path); !part.empty(); part = next_part(path)) {
    const auto known = folders_.find(Step{folder, std::string(part)});
    if (known == folders_.end()) break;
    folder = known->second;
    if (values_[folder]) best = values_[folder];
  }
  return best;
}

void MountTable::add(std::string_view text, std::uint64_t name_space, const Process& seen_by,
                     std::string_view root) {
  for (HolderMount& mount : parse_mountinfo(text)) {
    mount.name_space = name_space;
    mount.own_name_space = name_space == own_;
    mount.seen_by = seen_by;
    mount.mount_point = below_root(root, std::move(mount.mount_point));
    if (mount.own_name_space) own_mount_points_.add(mount.mount_point, mounts_.size());
    children_.emplace(std::pair(name_space, mount.parent), mounts_.size());
    mounts_.push_back(std::move(mount));
  }
}

MountTable MountTable::read(const Host& host, std::vector<Finding>& findings) {
  MountTable table;
  table.own_ = mount_namespace(host.proc, "self").value_or(0);
  table.first_process_ = mount_namespace(host.proc, "1").value_or(0);
  const auto own = host.proc.read("self/mountinfo");
  if (!own && host.proc.presence("self/mountinfo") != Presence::absent)
    findings.push_back({Finding::Severity::warning, "mounts",
                        "/proc/self/mountinfo cannot be read whole: what is mounted is unknown"});
  table.add(own.value_or(""), table.own_, {});
  table.seen_.insert(table.own_);
  for (const auto& [name_space, pids] : table.read_processes(host, findings)) {
    if (table.seen_.contains(name_space)) continue;
    const bool entered = std::ranges::any_of(
        pids, [&](const std::string& pid) { return table.enter(host, name_space, pid); });
    if (!entered) table.read_chroots(host, name_space, pids, findings);
  }
  table.mark_followers();
  return table;
}

/// Gives the processes of namespaces that none of them sees whole.
std::map<std::uint64_t, std::vector<std::string>> MountTable::read_processes(
    const Host& host, std::vector<Finding>& findings) {
  constexpr std::size_t most_tries = 16;
  std::map<std::uint64_t, std::vector<std::string>> half_seen;
  std::size_t hidden = 0;
  for (const std::string& pid : process_ids(host.proc)) {
    const auto name_space = mount_namespace(host.proc, pid);
    if (!name_space) {
      if (!has_ended(host.proc, pid)) ++hidden;
      continue;
    }
    if (seen_.contains(*name_space)) continue;
    const auto root = host.proc.read_link(pid + "/root");
    const bool sees_all = !root || *root == "/";
    const auto text = sees_all ? host.proc.read(pid + "/mountinfo") : std::nullopt;
    if (text && !text->empty()) {
      seen_.insert(*name_space);
      add(*text, *name_space, describe_process(host.proc, pid));
    } else if (!has_ended(host.proc, pid) && half_seen[*name_space].size() < most_tries) {
      half_seen[*name_space].push_back(pid);
    }
  }
  if (hidden > 0) {
    findings.push_back({Finding::Severity::warning, "mounts",
                        fmt::format("the mount namespaces of {} processes cannot be seen; try it "
                                    "as root",
                                    hidden)});
  }
  return half_seen;
}

bool MountTable::enter(const Host& host, std::uint64_t name_space, const std::string& pid) {
  const Process process = describe_process(host.proc, pid);
  try {
    const auto text = host.mount_namespaces->open(process.pid, name_space)->mountinfo();
    if (!text) return false;
    seen_.insert(name_space);
    add(*text, name_space, process);
    return true;
  } catch (const std::system_error&) {
    return false;  // it has ended, or there is no right to enter: told by who asked
  }
}

void MountTable::read_chroots(const Host& host, std::uint64_t name_space,
                              const std::vector<std::string>& pids,
                              std::vector<Finding>& findings) {
  seen_.insert(name_space);
  std::set<std::string> roots;
  for (const std::string& pid : pids) {
    const std::string root = host.proc.read_link(pid + "/root").value_or("/");
    const auto text = host.proc.read(pid + "/mountinfo");
    if (text && roots.insert(root).second)
      add(*text, name_space, describe_process(host.proc, pid), root);
  }
  findings.push_back(
      {Finding::Severity::warning, "mounts",
       fmt::format("mount namespace {} cannot be seen whole: process {} is in a chroot, or its "
                   "mountinfo cannot be read; try it as root",
                   name_space, pids.front())});
}

/// An unmount is propagated from the parent of the mount to the same place in the parent's peers and
/// followers (fs/pnode.c, propagate_umount).
void MountTable::mark_followers() {
  std::map<std::pair<std::uint64_t, int>, const HolderMount*> by_id;
  std::multimap<std::string_view, const HolderMount*> own;
  for (const HolderMount& mount : mounts_) {
    by_id[{mount.name_space, mount.id}] = &mount;
    if (mount.own_name_space) own.emplace(mount.mount_point, &mount);
  }
  const auto parent = [&](const HolderMount& mount) -> const HolderMount* {
    const auto found = by_id.find({mount.name_space, mount.parent});
    return found == by_id.end() ? nullptr : found->second;
  };
  for (HolderMount& mount : mounts_) {
    if (mount.own_name_space) continue;
    const HolderMount* its = parent(mount);
    if (its == nullptr) continue;
    const auto [begin, end] = own.equal_range(mount.mount_point);
    mount.follows = std::any_of(begin, end, [&](const auto& entry) {
      const HolderMount* ours = parent(*entry.second);
      return entry.second->device == mount.device && ours != nullptr && ours->shared != 0 &&
             (its->shared == ours->shared || its->master == ours->shared);
    });
  }
}

const HolderMount* MountTable::file_system_of(std::string_view path) const {
  const auto found = own_mount_points_.find(path);
  return found ? &mounts_[*found] : nullptr;
}

std::vector<const HolderMount*> MountTable::children_of(const HolderMount& mount) const {
  std::vector<const HolderMount*> result;
  const auto [begin, end] = children_.equal_range(std::pair(mount.name_space, mount.id));
  for (auto child = begin; child != end; ++child) result.push_back(&mounts_[child->second]);
  return result;
}

std::vector<std::string> MountTable::kept_name_spaces() const {
  std::vector<std::string> result;
  for (const HolderMount& mount : mounts_) {
    if (mount.file_system != "nsfs") continue;
    const auto name_space = parse_mount_namespace(mount.root);
    if (name_space && !seen_.contains(*name_space)) result.push_back(mount.mount_point);
  }
  return result;
}

bool multi_device_file_system(std::string_view type) {
  return type == "btrfs" || type == "bcachefs";
}

std::vector<DeviceGroup> read_device_groups(const Host& host) {
  const SysTree& sys = host.sys;
  std::vector<DeviceGroup> result;
  for (const std::string& uuid : names_in(sys, "fs/btrfs")) {
    const auto devices = names_in(sys, "fs/btrfs/" + uuid + "/devices");
    if (!devices.empty()) result.push_back({"btrfs", {devices.begin(), devices.end()}});
  }
  const Refinement refinement(host.leniency);
  for (const std::string& uuid : names_in(sys, "fs/bcachefs")) {
    DeviceGroup group{"bcachefs", {}};
    for (const std::string& device : names_in(sys, "fs/bcachefs/" + uuid)) {
      const auto link = device.starts_with("dev-")
                            ? sys.read_link(fmt::format("fs/bcachefs/{}/{}/block", uuid, device))
                            : std::nullopt;
      if (link) group.members.insert(link->substr(link->rfind('/') + 1));
    }
    if (!group.members.empty()) result.push_back(std::move(group));
  }
  std::ranges::sort(result);
  return result;
}

namespace {

/// Those that have a folder for each device: fs/ext4/sysfs.c, fs/xfs/xfs_super.c...
constexpr std::array<const char*, 5> types_in_sysfs{"ext4", "xfs", "f2fs", "jfs", "erofs"};

}  // namespace

std::string file_system_in_sysfs(const SysTree& sys, const std::string& kname) {
  for (const char* type : types_in_sysfs) {
    if (sys.exists(fmt::format("fs/{}/{}", type, kname))) return type;
  }
  return "";
}

std::map<std::string, std::string, std::less<>> file_systems_in_sysfs(const SysTree& sys) {
  std::map<std::string, std::string, std::less<>> result;
  for (const char* type : types_in_sysfs) {
    for (std::string& name : names_in(sys, fmt::format("fs/{}", type)))
      result.emplace(std::move(name), type);
  }
  return result;
}

bool is_system_mount(std::string_view mount_point) {
  constexpr std::array<std::string_view, 7> system{"/",         "/usr", "/var",          "/boot",
                                                   "/boot/efi", "/efi", "/boot/firmware"};
  return std::ranges::find(system, mount_point) != system.end();
}

std::string imported_pool(const SysTree& proc,
                          const std::map<std::string, std::string>& properties) {
  const auto property = [&](const char* name) {
    const auto found = properties.find(name);
    return found == properties.end() ? std::string() : found->second;
  };
  if (property("ID_FS_TYPE") != "zfs_member") return "";
  std::string pool = property("ID_FS_LABEL");
  const bool imported =
      !pool.empty() && pool.find('/') == std::string::npos && proc.exists("spl/kstat/zfs/" + pool);
  return imported ? pool : "";
}

}  // namespace multipath
