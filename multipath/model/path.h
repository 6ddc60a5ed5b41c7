#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "libsg/device_identification.h"
#include "libsg/inquiry.h"
#include "multipath/model/device_number.h"
#include "multipath/model/scsi_address.h"
#include "multipath/model/wwid.h"

namespace multipath {

/// The bus of a path's device, and so the way to its identity, state and priority; in the order of
/// Path::transport.
enum class Bus : std::uint8_t {
  scsi,  ///< sd*: asked by SCSI commands
  nvme,  ///< nvme*n*: a namespace of one controller, where the driver does not multipath itself
  ccw,   ///< dasd*
};

/// The kernel's state of a device, sysfs `device/state`: of a SCSI device (drivers/scsi/scsi_sysfs.c,
/// sdev_states), or of an NVMe controller (drivers/nvme/host/sysfs.c, nvme_sysfs_show_state).
enum class DeviceState : std::uint8_t {
  running,
  created,
  cancel,
  deleted,
  quiesce,
  offline,
  transport_offline,
  blocked,
  created_blocked,
  fresh,  ///< "new"
  live,
  resetting,
  connecting,
  deleting,
  deleting_no_io,
  dead,
  unknown,
};
std::string to_string(DeviceState state);
DeviceState parse_device_state(std::string_view text);
/// The device takes I/O: running, or live.
bool takes_io(DeviceState state);

/// The result of a checker; to_string() gives the words of the listing's CHK_ST column.
enum class CheckerState : std::uint8_t {
  undef,  ///< not checked
  ready,
  faulty,
  shaky,
  ghost,    ///< standby: works after a switch of the path group
  pending,  ///< "i/o pending": transitioning
  timeout,  ///< "i/o timeout"
  delayed,
  disconnected,
};
std::string to_string(CheckerState state);
/// The path takes I/O, if need be after a switch of its group: ready or ghost. Planning, priorities
/// and `restore` go by this.
bool works(CheckerState state);

/// Where a path's WWID came from.
enum class IdentitySource : std::uint8_t {
  none,
  page_83,        ///< read from the device in this run
  page_80,        ///< serial number, where the hardware table requires it
  kernel_cache,   ///< sysfs vpd_pg83, for a device that did not answer
  map_uuid,       ///< the map that has the path, for lack of anything else
  udev_property,  ///< udev's database, where uid_attribute is set
  kernel_name,    ///< sysfs: the namespace's wwid, the DASD's uid
  live_map,       ///< the map that has the path, by another program's rule (NameOfMap)
};
std::string to_string(IdentitySource source);

/// The WWID of a live map of the path's unit that another program named, by a rule of its own.
struct NameOfMap {
  Wwid wwid;
  std::string rule;         ///< "scsi_id's rule for page 0x83"
  std::optional<Wwid> own;  ///< by the run's own rule; nothing where that gives none

  auto operator<=>(const NameOfMap&) const = default;
};

/// A user of a disk or of one of its partitions, other than the map that has the disk as a path.
struct PathUser {
  std::string holder;      ///< kname of the device above; empty for a mount, swap or pool
  std::string text;        ///< "sda2 is mounted on /"
  bool runs_host = false;  ///< cannot be ended while the host runs: "/", "/usr"
  bool of_unit = false;    ///< found on the unit; through which path is not known

  auto operator<=>(const PathUser&) const = default;
};

/// Why a path's identity can be trusted: for the whitelist option.
enum class Recognition : std::uint8_t {
  unlisted,    ///< nothing
  agreed_naa,  ///< a NAA 5 or 6 designator that all programs' rules for page 0x83 choose
  listed,      ///< the hardware table, a device section, or uid_attribute of the configuration
};

/// What only a path to a SCSI unit has.
struct ScsiPath {
  std::optional<std::string> sg_node;  ///< "sg3"
  std::uint8_t peripheral_type = 0;    ///< as in INQUIRY
  scsi::Tpgs tpgs = scsi::Tpgs::none;
  std::optional<std::uint16_t> port_group;  ///< target port group of the path's port
  /// The device handler that the kernel attached ("alua", "rdac"), sysfs device/dh_state; empty for
  /// none.
  std::string hardware_handler;

  auto operator<=>(const ScsiPath&) const = default;
};

/// What only a path to an NVMe namespace has.
struct NvmePath {
  /// The driver may sleep while it takes a request (NVMe over TCP), so a map of the path must be bio
  /// based: drivers/nvme/host/tcp.c, BLK_MQ_F_BLOCKING.
  bool needs_bio = false;

  auto operator<=>(const NvmePath&) const = default;
};

/// A path to a DASD.
struct DasdPath {
  auto operator<=>(const DasdPath&) const = default;
};

/// What a run may do with a path. The reason for any but `usable` is in Path::trouble.
enum class Standing : std::uint8_t {
  usable,  ///< the device itself answered, and its unit is known
  silent,  ///< the device did not answer; its unit is known from the kernel or from a map: the
           ///< path stays in its map and is added to no other
  unidentified,  ///< its unit is not known
  excluded,      ///< never a path, by what it is or by the blacklist
};

/// A disk as the host sees it: one path to a logical unit, namespace or volume.
struct Path {
  std::string kname;  ///< "sda"
  DeviceNumber number;
  std::variant<ScsiPath, NvmePath, DasdPath> transport;
  /// Of SCSI host, channel, target and LUN. As multipath-tools numbers other disks: of NVMe
  /// controller, controller's id, namespace's number in its name and namespace id; of CCW the three
  /// parts of the bus id, and 0.
  ScsiAddress address;
  /// Position in udev's enumeration, which goes by the disks' places in sysfs: multipath-tools meets
  /// paths in this order. 0 for a single disk.
  std::uint32_t udev_order = 0;
  std::uint64_t size_sectors = 0;  ///< of 512 bytes
  bool read_only = false;
  DeviceState state = DeviceState::unknown;
  std::string
      vendor;  ///< as in INQUIRY, blanks at the end cut off; any bytes, escape before printing.
               ///< "NVME" and "IBM" where there is no INQUIRY
  std::string product;
  std::string revision;

  std::optional<Wwid> wwid;
  IdentitySource identity_source = IdentitySource::none;
  std::optional<NameOfMap> name_of_map;  ///< its WWID is `wwid`, unless the unit has two maps
  Recognition recognition = Recognition::listed;
  CheckerState checker_state = CheckerState::undef;
  std::optional<int> priority;
  bool rated_by_access_state = false;  ///< by prioritizer alua or sysfs

  /// For grouping policies and prioritizers; each only where a run needs it.
  std::optional<std::string> serial;            ///< unit serial number, page 0x80
  std::optional<std::string> target_node_name;  ///< FC node name, iSCSI target name, SAS address

  /// The device itself answered in this run. See standing().
  bool answered = false;

  /// Never a path: a local disk, a controller, a gateway unit, another device than a disk, or
  /// blacklisted. `trouble` has the reason.
  bool excluded = false;

  /// Kernel names of the devices on the disk or on one of its partitions ("dm-3", "md0"), sysfs
  /// holders/.
  std::vector<std::string> holders;

  /// Users of the disk and of its partitions; empty for a path of a map.
  std::vector<PathUser> users;

  /// Why the path is excluded, has no WWID, or does not work: one sentence, with the remedy where
  /// there is one. Empty when all is well.
  std::string trouble;

  Bus bus() const { return static_cast<Bus>(transport.index()); }
  /// Null for a path of another bus.
  ScsiPath* scsi() { return std::get_if<ScsiPath>(&transport); }
  const ScsiPath* scsi() const { return std::get_if<ScsiPath>(&transport); }
  const NvmePath* nvme() const { return std::get_if<NvmePath>(&transport); }

  Standing standing() const;
  /// Usable or silent: its unit is known, and may have it in a map.
  bool has_unit() const { return wwid.has_value() && !excluded; }

  auto operator<=>(const Path&) const = default;
};

scsi::Tpgs tpgs_of(const Path& path);
std::optional<std::uint16_t> port_group_of(const Path& path);
/// Does nothing to a path that is not SCSI: only SCSI target ports have groups.
void set_port_group(Path& path, std::optional<std::uint16_t> port_group);
bool needs_bio(const Path& path);
/// Empty for none, and for a path that is not a SCSI path.
std::string hardware_handler_of(const Path& path);

/// The first comes before the second in udev's enumeration.
bool comes_first(const Path& path, const Path& other);
std::vector<Path> in_udev_order(std::vector<Path> paths);

/// The WWID of the path's unit by the run's own rule, where the path has the WWID of its live map;
/// else empty.
std::string own_wwid_of(const Path& path);

}  // namespace multipath
