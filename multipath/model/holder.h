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

/// What a block device is, as far as taking it down goes.
enum class HolderKind : std::uint8_t {
  disk,
  partition,      ///< the kernel's own
  partition_map,  ///< device-mapper, uuid "part<N>-..."
  linear,         ///< device-mapper, no uuid, nothing but linear targets
  multipath,
  lvm,
  crypt,
  raid,
  bcache,
  loop,
  unknown,  ///< never taken down
};

/// The dev_type of the clear-holders texts: "disk", "partition" (both kinds), "lvm"...
std::string_view dev_type(HolderKind kind);

struct Process {
  int pid = 0;
  std::string command;
  ProcessUnit unit;

  auto operator<=>(const Process&) const = default;
};
/// "postgres, pid 812, postgresql.service"
std::string to_string(const Process& process);
/// How to end it: its unit's command, or the process itself.
std::string remedy_against(const Process& process);

/// A line of a mountinfo (proc(5)).
struct HolderMount {
  std::string mount_point;
  std::string root;  ///< not "/": a bind mount, or a subvolume
  std::string file_system;
  std::string source;
  std::string options;
  DeviceNumber device;  ///< of the file system (st_dev); of a btrfs no device's own
  int id = 0;
  int parent = 0;
  std::uint32_t shared = 0;      ///< its peer group; 0 for none
  std::uint32_t master = 0;      ///< the peer group that it follows
  bool follows = false;          ///< goes when ours on the same mount point goes (propagation)
  std::uint64_t name_space = 0;  ///< inode number of the mount namespace
  bool own_name_space = true;
  Process seen_by;                      ///< a process in that namespace, when it is not our own
  std::vector<std::string> covered_by;  ///< mount points below it, of devices outside the graph

  auto operator<=>(const HolderMount&) const = default;
};

struct HolderSwap {
  std::string file;  ///< device node or swap file
  bool is_file = false;
  std::uint64_t used_kib = 0;

  auto operator<=>(const HolderSwap&) const = default;
};

/// Somebody has the device open, or a file on it.
struct HolderOpener {
  Process process;
  std::string what;  ///< "/dev/dm-3", "/srv/data/file", "working directory /srv"
  bool of_device = true;
  bool goes_along = false;  ///< it ends by itself when what stands on the device goes

  auto operator<=>(const HolderOpener&) const = default;
};

/// A directory that the kernel's NFS server gives to a client; it keeps the file system mounted.
struct NfsExport {
  std::string path;    ///< "/srv/data"
  std::string client;  ///< "192.168.1.0/24", "*"

  auto operator<=>(const NfsExport&) const = default;
};

/// Why a device is in the graph.
enum class Reach : std::uint8_t {
  base,        ///< asked for
  above,       ///< stands on a base
  collateral,  ///< goes down together with something above (same volume group, same cache set)
  leg,         ///< not asked for, not touched: something above stands on it as well
  path,        ///< another path of a base's unit, past which somebody uses the unit
};
std::string_view to_string(Reach reach);

struct Holder {
  std::string kname;
  DeviceNumber number;
  HolderKind kind = HolderKind::unknown;
  Reach reach = Reach::above;
  std::string dm_name;
  std::string dm_uuid;
  std::string dm_table;  ///< of what may be made again: lines of "start length type words"
  std::string what;      ///< "raid1 of 2", "vg0/data", "drbd"
  std::string group;     ///< what is taken down as one: name of the VG, uuid of the cache set
  std::uint64_t size_sectors = 0;
  std::string diskseq;  ///< the kernel's number of this disk's life; empty before 5.15
  std::optional<std::int32_t> open_count;
  bool suspended = false;
  bool read_only = false;
  bool queues_without_paths = false;  ///< a multipath map: whoever writes to it hangs
  bool syncing = false;               ///< md: resync, recovery or reshape
  std::string backing;                ///< loop: what it stands on
  std::string backing_options;        ///< loop: "-o 1024 -r"
  bool bcache_member = false;         ///< a backing or cache device that bcache has taken
  std::vector<std::string> members;   ///< knames: paths, md members, devices of the cache set
  std::string hidden_file_system;     ///< mounted as this, in no namespace that can be seen
  std::vector<HolderMount> mounts;
  std::vector<HolderSwap> swaps;
  std::vector<HolderOpener> openers;
  std::vector<NfsExport> nfs_exports;  ///< of directories on it
  std::vector<std::string> exports;    ///< "LIO iblock_0/disk1"
  std::string pool;                    ///< "zfs pool tank"
  std::string protection;              ///< "/ is on it"; empty for what may be taken down
  std::string
      on_path;  ///< what stands on the unit past its base: the path or its partition, "sdb2"
  std::string path_of;  ///< and what that path is: "a path of mpatha"; empty for all others
  std::vector<std::size_t> uses;  ///< indices of what it stands on
  std::vector<std::size_t> used_by;

  auto operator<=>(const Holder&) const = default;
};

/// "mpatha-part1", or the kname of what has no dm name.
const std::string& display_name(const Holder& holder);

/// What stands on some devices: each device once, however many ways lead to it.
struct HolderGraph {
  std::vector<Holder> nodes;
  std::vector<std::size_t> bases;
  std::uint64_t memory_available_kib = 0;
  bool multipathd_runs = false;
  std::vector<std::string>
      kept_name_spaces;           ///< files that keep a mount namespace without processes
  std::vector<Finding> findings;  ///< what could not be seen; targets that were promoted

  /// `upper` stands on `lower`; said twice is said once.
  void link(std::size_t upper, std::size_t lower);
  std::optional<std::size_t> find(std::string_view kname) const;

  /// The same graph with its nodes, edges and bases in natural order of knames.
  HolderGraph in_order() const;
  /// Without these nodes, which are no bases.
  void erase(const std::vector<bool>& goes);
};

}  // namespace multipath
