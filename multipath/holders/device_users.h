#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "multipath/holders/mounts.h"
#include "multipath/host/host.h"
#include "multipath/model/path.h"

namespace multipath {

/// Users of disks and maps: mounts, swap, devices above them or their partitions, file systems
/// of several devices, file systems that only another namespace or an overlay has mounted, imported
/// zfs pools. By one look at sysfs, the mounts and the swaps, so that each further device costs the
/// listing of its holders alone; nothing is opened. An empty answer does not mean that no process
/// has the device open.
class DeviceUsers {
 public:
  explicit DeviceUsers(const Host& host);

  /// Of a device itself: "mounted on /data", "swap", "held by dm-7 (vg0-data), mounted on /srv".
  std::vector<PathUser> of(const std::string& kname) const;
  /// Of a disk and its partitions: "sda2 is mounted on /".
  std::vector<PathUser> of_disk(const std::string& kname,
                                std::span<const std::string> partitions) const;
  /// Adds users and holders to the path of a disk whose folder below /sys is `folder`.
  void find(Path& path, const std::string& folder, std::span<const std::string> partitions) const;

  /// The SCSI disks that are in use other than through a multipath map. Mounts, swaps and the
  /// devices above others are followed down; unused disks cost nothing.
  std::vector<DeviceNumber> disks_in_use() const;
  /// Is there a multipath map with that uuid?
  bool has_map(const std::string& uuid) const;

 private:
  struct Mounts {
    std::vector<std::string> points;  ///< the first few
    std::size_t count = 0;
    bool runs_host = false;

    void add(const std::string& point);
    void add(const Mounts& others);
  };
  struct MountedGroup {
    DeviceGroup group;
    Mounts mounts;
  };
  /// Devices above others, by their own attributes.
  struct Uppers {
    std::set<std::string> map_uuids;  ///< of multipath maps
    std::set<std::string> lower;      ///< knames below other devices
  };

  std::string table(const std::string& name);
  void read_mounts(const std::string& process);
  void read_swaps();
  void read_file_systems();
  void read_loops();
  const Uppers& uppers() const;

  Mounts mounts_of(const std::string& kname) const;
  Mounts mounts_above(const std::string& kname) const;
  std::string pool_of(const std::string& kname) const;
  static void add_of_partition(const std::string& partition, std::vector<PathUser> its,
                               std::vector<PathUser>& users);
  std::vector<PathUser> users_of(const std::string& kname,
                                 const std::vector<std::string>& holders) const;

  const Host& host_;
  std::vector<std::string> devices_;                              ///< all knames
  std::map<std::string, Mounts, std::less<>> mounts_;             ///< by kname
  std::map<std::string, std::string, std::less<>> file_systems_;  ///< by kname, as sysfs has them
  std::vector<MountedGroup> groups_;
  std::map<std::string, std::size_t, std::less<>> members_;  ///< kname -> place in `groups_`
  std::set<std::string, std::less<>> swaps_;
  std::multimap<std::string, std::string, std::less<>> loops_;  ///< kname -> loop
  std::vector<std::string> unread_;                             ///< tables of /proc
  bool has_bcache_ = false;
  bool has_zfs_ = false;
  mutable std::optional<Uppers> uppers_;
};

}  // namespace multipath
