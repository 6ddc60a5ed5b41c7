#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "multipath/host/host.h"
#include "multipath/model/holder.h"

namespace multipath {

/// Finds what a path lies below. Linear in the length of the path, however many mount points there
/// are: users choose both.
class MountPointIndex {
 public:
  /// The later of two values at one mount point counts, as the later mount covers the earlier.
  void add(std::string_view mount_point, std::size_t value);
  /// The value of the longest mount point that `path` is or lies below.
  std::optional<std::size_t> find(std::string_view path) const;

 private:
  struct Step {
    std::size_t folder;
    std::string name;
    bool operator==(const Step&) const = default;
  };
  struct StepHash {
    std::size_t operator()(const Step& step) const;
  };
  std::unordered_map<Step, std::size_t, StepHash> folders_;
  /// Of each folder; that of "/" is the first.
  std::vector<std::optional<std::size_t>> values_ = {std::nullopt};
};

/// The mounts of every mount namespace that a process is in. Each namespace is read once, by a
/// process that sees all of it: one in a chroot (its /proc/PID/root is not "/") sees only the mounts
/// below. Where all processes of a namespace are in a chroot, the namespace is entered, and where
/// that is impossible what they see is taken together. What could not be read is a finding.
class MountTable {
 public:
  static MountTable read(const Host& host, std::vector<Finding>& findings);

  const std::vector<HolderMount>& mounts() const { return mounts_; }
  /// In our own namespace: the mount whose mount point is the longest that `path` lies below.
  const HolderMount* file_system_of(std::string_view path) const;
  /// The mounts right below one.
  std::vector<const HolderMount*> children_of(const HolderMount& mount) const;
  /// Where a mount namespace is kept alive by a bind mount of its file, and no process is in it.
  std::vector<std::string> kept_name_spaces() const;
  std::uint64_t first_process() const { return first_process_; }

 private:
  void add(std::string_view text, std::uint64_t name_space, const Process& seen_by,
           std::string_view root = "/");
  std::map<std::uint64_t, std::vector<std::string>> read_processes(const Host& host,
                                                                   std::vector<Finding>& findings);
  bool enter(const Host& host, std::uint64_t name_space, const std::string& pid);
  void read_chroots(const Host& host, std::uint64_t name_space,
                    const std::vector<std::string>& pids, std::vector<Finding>& findings);
  void mark_followers();

  std::vector<HolderMount> mounts_;
  MountPointIndex own_mount_points_;
  std::set<std::uint64_t> seen_;  ///< namespaces that processes are in
  std::multimap<std::pair<std::uint64_t, int>, std::size_t> children_;
  std::uint64_t own_ = 0;
  std::uint64_t first_process_ = 0;
};

/// A mounted file system that may have several devices, and in mountinfo has the number of none.
struct DeviceGroup {
  std::string file_system;
  std::set<std::string> members;  ///< knames

  auto operator<=>(const DeviceGroup&) const = default;
};
bool multi_device_file_system(std::string_view type);
/// By /sys/fs/btrfs/UUID/devices and /sys/fs/bcachefs/UUID/dev-N/block.
std::vector<DeviceGroup> read_device_groups(const Host& host);

/// "ext4" when /sys/fs/ext4/KNAME is there: the kernel has it mounted in some namespace.
std::string file_system_in_sysfs(const SysTree& sys, const std::string& kname);
/// The same of all devices at once. Other names than devices' may be among them.
std::map<std::string, std::string, std::less<>> file_systems_in_sysfs(const SysTree& sys);

/// Whether the running system needs what is mounted there: "/", "/usr", "/boot"...?
bool is_system_mount(std::string_view mount_point);

/// The imported zfs pool that udev's properties of a device speak of; empty for none. module/zfs
/// keeps a folder for each imported pool in /proc/spl/kstat/zfs.
std::string imported_pool(const SysTree& proc,
                          const std::map<std::string, std::string>& properties);

}  // namespace multipath
