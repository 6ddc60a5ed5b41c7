#include "multipath/holders/device_users.h"

#include <algorithm>
#include <array>
#include <deque>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "multipath/holders/identity.h"
#include "multipath/holders/mounts.h"
#include "multipath/holders/processes.h"
#include "multipath/holders/walk.h"
#include "multipath/model/holder_names.h"
#include "multipath/model/natural_order.h"
#include "multipath/model/proc_tables.h"
#include "multipath/model/wwid.h"

namespace multipath {
namespace {

/// Kernel names of devices above disks, other than device-mapper's.
constexpr std::array upper_prefixes{"md", "bcache", "drbd"};

/// Kernel names of disks that can be paths.
constexpr std::array disk_prefixes{"sd", "nvme", "dasd"};

bool has_prefix(const std::string& kname, std::span<const char* const> prefixes) {
  return std::ranges::any_of(prefixes,
                             [&](const char* prefix) { return kname.starts_with(prefix); });
}

std::string holder_text(const SysTree& sys, const std::string& holder) {
  const auto name = block_attribute(sys, holder, "dm/name");
  return name ? fmt::format("held by {} ({})", holder, *name) : "held by " + holder;
}

}  // namespace

void DeviceUsers::Mounts::add(const std::string& point) {
  constexpr std::size_t shown = 3;
  if (std::ranges::find(points, point) != points.end()) return;
  ++count;
  if (points.size() < shown) points.push_back(point);
  runs_host = runs_host || is_system_mount(point);
}

void DeviceUsers::Mounts::add(const Mounts& others) {
  const std::size_t hidden = others.count - others.points.size();
  for (const std::string& point : others.points) add(point);
  count += hidden;
  runs_host = runs_host || others.runs_host;
}

DeviceUsers::DeviceUsers(const Host& host) : host_(host) {
  const Refinement refinement(host_.leniency);
  read_file_systems();
  read_mounts("self");
  // udevd sees a copy of the mounts, and process 1 may be the one that has the host's.
  const auto own = mount_namespace(host.proc, "self");
  const bool in_chroot = host.proc.read_link("self/root").value_or("/") != "/";
  const auto first = mount_namespace(host.proc, "1");
  if (first && (in_chroot || own != first)) read_mounts("1");
  read_swaps();
  read_loops();
  has_bcache_ = host.sys.exists("fs/bcache");
  has_zfs_ = host.proc.exists("spl/kstat/zfs");
}

/// A table that is there and cannot be read whole may name any device.
std::string DeviceUsers::table(const std::string& name) {
  auto text = host_.proc.read(name);
  if (!text && host_.proc.presence(name) == Presence::there) unread_.push_back(name);
  return text.value_or("");
}

void DeviceUsers::read_mounts(const std::string& process) {
  std::map<DeviceNumber, std::optional<std::string>> knames;
  std::map<std::string, std::optional<std::string>> sources;
  for (const HolderMount& mount : parse_mountinfo(table(process + "/mountinfo"))) {
    if (mount.device.major != 0) {
      const auto [kname, added] = knames.try_emplace(mount.device);
      if (added) kname->second = kname_of_number(host_.sys, mount.device);
      if (kname->second) mounts_[*kname->second].add(mount.mount_point);
      continue;
    }
    // A file system of several devices has a number of its own.
    if (!multi_device_file_system(mount.file_system)) continue;
    const std::string source = mount.source.substr(0, mount.source.find(':'));
    const auto [kname, added] = sources.try_emplace(source);
    if (added) kname->second = kname_of_node(host_, source);
    const auto member = kname->second ? members_.find(*kname->second) : members_.end();
    if (member != members_.end()) groups_[member->second].mounts.add(mount.mount_point);
  }
}

void DeviceUsers::read_swaps() {
  for (const HolderSwap& swap : parse_swaps(table("swaps"))) {
    if (swap.is_file) continue;
    if (auto kname = kname_of_node(host_, swap.file)) swaps_.insert(std::move(*kname));
  }
}

void DeviceUsers::read_file_systems() {
  file_systems_ = file_systems_in_sysfs(host_.sys);
  for (DeviceGroup& group : read_device_groups(host_)) {
    for (const std::string& kname : group.members) members_.emplace(kname, groups_.size());
    groups_.push_back({std::move(group), {}});
  }
}

void DeviceUsers::read_loops() {
  devices_ = names_in(host_.sys, "class/block");
  std::erase_if(devices_, [](const std::string& name) { return !is_kname(name); });
  for (const std::string& loop : devices_) {
    if (!loop.starts_with("loop")) continue;
    const auto backing = block_attribute(host_.sys, loop, "loop/backing_file");
    const auto lower = backing ? kname_of_node(host_, *backing) : std::nullopt;
    if (lower) loops_.emplace(*lower, loop);
  }
}

DeviceUsers::Mounts DeviceUsers::mounts_of(const std::string& kname) const {
  Mounts mounts;
  if (const auto own = mounts_.find(kname); own != mounts_.end()) mounts.add(own->second);
  if (const auto member = members_.find(kname); member != members_.end())
    mounts.add(groups_[member->second].mounts);
  return mounts;
}

/// Of a device and of all devices above it.
DeviceUsers::Mounts DeviceUsers::mounts_above(const std::string& kname) const {
  Mounts mounts;
  std::set<std::string> seen{kname};
  std::deque<std::string> open{kname};
  while (!open.empty()) {
    const std::string lower = std::move(open.front());
    open.pop_front();
    mounts.add(mounts_of(lower));
    for (std::string& upper : linked_devices(host_.sys, lower, "holders")) {
      if (seen.insert(upper).second) open.push_back(std::move(upper));
    }
  }
  return mounts;
}

std::string DeviceUsers::pool_of(const std::string& kname) const {
  if (!has_zfs_) return "";
  const auto number = number_of_kname(host_.sys, kname);
  const auto properties = number ? host_.udev.properties(*number) : std::nullopt;
  return properties ? imported_pool(host_.proc, *properties) : "";
}

std::vector<PathUser> DeviceUsers::users_of(const std::string& kname,
                                            const std::vector<std::string>& holders) const {
  const Refinement refinement(host_.leniency);
  std::vector<PathUser> users;
  const auto add = [&](std::string text, bool runs_host = false) {
    users.push_back({"", std::move(text), runs_host, false});
  };
  const auto add_mounts = [&](const std::string& what, const Mounts& mounts) {
    for (const std::string& point : mounts.points) add(what + point, mounts.runs_host);
    if (const auto more = mounts.count - mounts.points.size(); more > 0)
      add(fmt::format("{}{} more places", what, more));
  };
  const auto own = mounts_.find(kname);
  if (own != mounts_.end()) add_mounts("mounted on ", own->second);
  const auto member = members_.find(kname);
  if (member != members_.end()) {
    const auto& [group, mounts] = groups_[member->second];
    const std::string part =
        group.members.size() > 1 ? fmt::format("part of a {} ", group.file_system) : "";
    add_mounts(part + "mounted on ", mounts);
    if (mounts.count == 0)
      add(fmt::format("{}mounted as {} where it is not seen", part, group.file_system));
  }
  const auto hidden = file_systems_.find(kname);
  if (own == mounts_.end() && hidden != file_systems_.end()) {
    add(
        fmt::format("mounted as {} where it is not seen (another mount namespace, or the lower "
                    "layer of an overlay)",
                    hidden->second));
  }
  if (swaps_.contains(kname)) add("swap");
  for (const std::string& name : unread_)
    add(fmt::format("perhaps in /proc/{}, which cannot be read", name));
  for (const std::string& holder : holders) {
    const Mounts mounts = mounts_above(holder);
    std::string text = holder_text(host_.sys, holder);
    if (mounts.count > 0) text += fmt::format(", mounted on {}", fmt::join(mounts.points, ", "));
    users.push_back({holder, std::move(text), mounts.runs_host, false});
  }
  const auto [first, last] = loops_.equal_range(kname);
  for (auto loop = first; loop != last; ++loop)
    users.push_back({loop->second, "the device below " + loop->second, false, false});
  if (has_bcache_ && holders.empty() && host_.sys.exists("class/block/" + kname + "/bcache"))
    add("taken by bcache");
  if (const std::string pool = pool_of(kname); !pool.empty()) {
    users.push_back({"", "in the imported zfs pool " + pool, false, true});
  }
  return users;
}

std::vector<PathUser> DeviceUsers::of(const std::string& kname) const {
  const Refinement refinement(host_.leniency);
  return users_of(kname, linked_devices(host_.sys, kname, "holders"));
}

void DeviceUsers::add_of_partition(const std::string& partition, std::vector<PathUser> its,
                                   std::vector<PathUser>& users) {
  for (PathUser& user : its) {
    user.text = partition + " is " + user.text;
    users.push_back(std::move(user));
  }
}

std::vector<PathUser> DeviceUsers::of_disk(const std::string& kname,
                                           std::span<const std::string> partitions) const {
  std::vector<PathUser> users = of(kname);
  for (const std::string& partition : partitions) add_of_partition(partition, of(partition), users);
  return users;
}

void DeviceUsers::find(Path& path, const std::string& folder,
                       std::span<const std::string> partitions) const {
  std::set<std::string, NaturalLess> holders;
  const auto holders_in = [&](const std::string& of) {
    auto names = ordered_names_in(host_.sys, of + "/holders");
    std::erase_if(names, [](const std::string& name) { return !is_kname(name); });
    holders.insert(names.begin(), names.end());
    return names;
  };
  path.users = users_of(path.kname, holders_in(folder));
  for (const std::string& partition : partitions) {
    add_of_partition(partition,
                     users_of(partition, holders_in(fmt::format("{}/{}", folder, partition))),
                     path.users);
  }
  path.holders.assign(holders.begin(), holders.end());
}

const DeviceUsers::Uppers& DeviceUsers::uppers() const {
  if (uppers_) return *uppers_;
  const Refinement refinement(host_.leniency);
  uppers_.emplace();
  for (const std::string& kname : devices_) {
    if (kname.starts_with("dm-")) {
      const std::string uuid = block_attribute(host_.sys, kname, "dm/uuid").value_or("");
      if (uuid.starts_with(map_uuid_prefix)) {
        uppers_->map_uuids.insert(uuid);
        continue;
      }
      if (partitioned_uuid(uuid).value_or("").starts_with(map_uuid_prefix)) continue;
    } else if (!has_prefix(kname, upper_prefixes)) {
      continue;
    }
    for (std::string& lower : linked_devices(host_.sys, kname, "slaves"))
      uppers_->lower.insert(std::move(lower));
  }
  return *uppers_;
}

std::vector<DeviceNumber> DeviceUsers::disks_in_use() const {
  const Refinement refinement(host_.leniency);
  std::set<std::string> used(swaps_.begin(), swaps_.end());
  const auto add_keys = [&](const auto& map) {
    for (const auto& entry : map) used.insert(entry.first);
  };
  add_keys(mounts_);
  add_keys(file_systems_);
  add_keys(members_);
  add_keys(loops_);
  used.insert(uppers().lower.begin(), uppers().lower.end());
  std::set<std::string> disks;
  for (const std::string& kname : used) {
    if (!has_prefix(kname, disk_prefixes)) continue;
    const bool is_partition = host_.sys.exists("class/block/" + kname + "/partition");
    const auto disk = is_partition ? partition_parent(host_.sys, kname) : std::optional(kname);
    if (disk) disks.insert(*disk);
  }
  std::vector<DeviceNumber> numbers;
  for (const std::string& disk : disks) {
    if (const auto number = number_of_kname(host_.sys, disk)) numbers.push_back(*number);
  }
  return numbers;
}

bool DeviceUsers::has_map(const std::string& uuid) const {
  return uppers().map_uuids.contains(uuid);
}

}  // namespace multipath
