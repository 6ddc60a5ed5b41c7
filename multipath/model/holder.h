#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "multipath/model/device_number.h"
#include "multipath/model/finding.h"
#include "multipath/model/process_unit.h"

namespace multipath {

/// The kind of a block device. It decides how a teardown stops the device.
enum class HolderKind : std::uint8_t {
  disk,
  partition,      ///< of the kernel
  partition_map,  ///< device-mapper, uuid "part<N>-..."
  linear,         ///< device-mapper, without a uuid, linear targets only
  multipath,
  lvm,
  crypt,
  raid,
  bcache,
  loop,
  unknown,  ///< never stopped
};

/// The dev_type in the output of clear-holders: "disk", "partition" (both kinds), "lvm"...
std::string_view dev_type(HolderKind kind);

struct Process {
  int pid = 0;
  std::string command;
  ProcessUnit unit;

  auto operator<=>(const Process&) const = default;
};
/// "postgres, pid 812, postgresql.service"
std::string to_string(const Process& process);
/// How to end the process: the command that stops its unit, or the process ID.
std::string remedy_against(const Process& process);

/// A line of mountinfo (proc(5)).
struct HolderMount {
  std::string mount_point;
  std::string root;  ///< not "/": a bind mount, or a subvolume
  std::string file_system;
  std::string source;
  std::string options;
  DeviceNumber device;  ///< of the file system (st_dev); btrfs has an anonymous number
  int id = 0;
  int parent = 0;
  std::uint32_t shared = 0;      ///< peer group; 0 if none
  std::uint32_t master = 0;      ///< peer group that propagates to this mount; 0 if none
  bool follows = false;          ///< unmounted by propagation together with our mount there
  std::uint64_t name_space = 0;  ///< inode number of the mount namespace
  bool own_name_space = true;
  Process seen_by;                      ///< a process in the namespace, unless it is our own
  std::vector<std::string> covered_by;  ///< mount points below, of devices outside the graph

  auto operator<=>(const HolderMount&) const = default;
};

struct HolderSwap {
  std::string file;  ///< device node or swap file
  bool is_file = false;
  std::uint64_t used_kib = 0;

  auto operator<=>(const HolderSwap&) const = default;
};

/// A process that has the device, or a file on it, open.
struct HolderOpener {
  Process process;
  std::string what;  ///< "/dev/dm-3", "/srv/data/file", "working directory /srv"
  bool of_device = true;
  bool goes_along = false;  ///< closes the device when the devices above are removed

  auto operator<=>(const HolderOpener&) const = default;
};

/// A directory that the kernel's NFS server exports to a client. The export keeps the file system
/// mounted.
struct NfsExport {
  std::string path;    ///< "/srv/data"
  std::string client;  ///< "192.168.1.0/24", "*"

  auto operator<=>(const NfsExport&) const = default;
};

/// Why a device is in the graph.
enum class Reach : std::uint8_t {
  base,        ///< requested
  above,       ///< uses a base, directly or through other devices
  collateral,  ///< stopped together with a device above (same volume group, same cache set)
  leg,         ///< not requested and not changed: a device above uses it, too
  path,        ///< another path of a base's unit; it is used directly, not through the base
};
std::string_view to_string(Reach reach);

struct Holder {
  std::string kname;
  DeviceNumber number;
  HolderKind kind = HolderKind::unknown;
  Reach reach = Reach::above;
  std::string dm_name;
  std::string dm_uuid;
  std::string dm_table;  ///< if the map can be recreated: lines of "start length type words"
  std::string what;      ///< "raid1 of 2", "vg0/data", "drbd"
  std::string group;     ///< devices stopped as one: name of the VG, uuid of the cache set
  std::uint64_t size_sectors = 0;
  std::string diskseq;  ///< number of the disk since boot (sysfs diskseq); empty before 5.15
  std::optional<std::int32_t> open_count;
  bool suspended = false;
  bool read_only = false;
  bool queues_without_paths = false;  ///< a multipath map: I/O to it hangs
  bool syncing = false;               ///< md: resync, recovery or reshape
  std::string backing;                ///< loop: backing file or device
  std::string backing_options;        ///< loop: "-o 1024 -r"
  bool bcache_member = false;         ///< a backing or cache device that is registered with bcache
  std::vector<std::string> members;   ///< knames: paths, md members, devices of the cache set
  std::string hidden_file_system;     ///< type of a file system mounted in an invisible namespace
  std::vector<HolderMount> mounts;
  std::vector<HolderSwap> swaps;
  std::vector<HolderOpener> openers;
  std::vector<NfsExport> nfs_exports;  ///< of directories on it
  std::vector<std::string> exports;    ///< "LIO iblock_0/disk1"
  std::string pool;                    ///< "zfs pool tank"
  std::string protection;              ///< "/ is on it"; empty if the device may be stopped
  std::string on_path;  ///< path or partition through which the unit is used past its base: "sdb2"
  std::string path_of;  ///< whose path `on_path` is: "a path of mpatha"; empty for other devices
  std::vector<std::size_t> uses;  ///< indices of the devices directly below
  std::vector<std::size_t> used_by;

  auto operator<=>(const Holder&) const = default;
};

/// The dm name ("mpatha-part1"), or the kname if there is none.
const std::string& display_name(const Holder& holder);

/// All devices above the bases, each once.
struct HolderGraph {
  std::vector<Holder> nodes;
  std::vector<std::size_t> bases;
  std::uint64_t memory_available_kib = 0;
  bool multipathd_runs = false;
  std::vector<std::string>
      kept_name_spaces;           ///< files that keep a mount namespace without processes
  std::vector<Finding> findings;  ///< unreadable data; requested devices replaced by their map

  /// Records that `upper` uses `lower`. A repeated call changes nothing.
  void link(std::size_t upper, std::size_t lower);
  std::optional<std::size_t> find(std::string_view kname) const;

  /// The same graph with its nodes, edges and bases in natural order of knames.
  HolderGraph in_order() const;
  /// Removes the nodes marked in `goes` (one element per node), none of them a base.
  void erase(const std::vector<bool>& goes);
};

}  // namespace multipath
