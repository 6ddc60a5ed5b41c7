#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "multipath/host/host.h"
#include "multipath/model/holder.h"

namespace multipath {

/// A line of a mountinfo with the device that it says.
struct MountLine {
  HolderMount mount;
  DeviceNumber device;

  auto operator<=>(const MountLine&) const = default;
};

/// Grammar (proc(5), mountinfo), words between blanks, octal escapes within:
///
///     line = id parent major:minor root mount-point options optional* "-" type source super-options
///
/// A line that does not fit is left out.
std::vector<MountLine> parse_mountinfo(std::string_view text);

/// The mounts of every mount namespace that a process is in.
class MountTable {
 public:
  static MountTable read(const Host& host, std::vector<Finding>& findings);

  const std::vector<MountLine>& lines() const { return lines_; }
  /// In our own namespace, or that of process 1: the line whose mount point is the longest that
  /// `path` lies below.
  const MountLine* file_system_of(std::string_view path) const;
  /// The mounts right below one.
  std::vector<const MountLine*> children_of(const HolderMount& mount) const;
  /// Where a mount namespace is kept alive by a bind mount of its file, and no process is in it.
  std::vector<std::string> kept_name_spaces() const;
  std::uint64_t first_process() const { return first_process_; }

 private:
  void add(std::string_view text, std::uint64_t name_space, const Process& seen_by);
  void mark_followers();

  std::vector<MountLine> lines_;
  std::set<std::uint64_t> seen_;  ///< namespaces that processes are in
  std::multimap<std::pair<std::uint64_t, int>, std::size_t> children_;
  std::uint64_t own_ = 0;
  std::uint64_t first_process_ = 0;
};

/// Knames of the devices of each multi-device btrfs, by /sys/fs/btrfs/UUID/devices.
std::vector<std::set<std::string>> read_btrfs_members(const SysTree& sys);

/// "ext4" when /sys/fs/ext4/KNAME is there: the kernel has it mounted, whoever can see that.
std::string file_system_in_sysfs(const SysTree& sys, const std::string& kname);

}  // namespace multipath
