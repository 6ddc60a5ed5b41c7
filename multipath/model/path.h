#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libsg/device_identification.h"
#include "libsg/inquiry.h"
#include "multipath/model/device_number.h"
#include "multipath/model/scsi_address.h"
#include "multipath/model/wwid.h"

namespace multipath {

/// The bus of a path's device, and so the way to its identity, state and priority.
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

/// What a checker says of a path; the words are those of the listing's CHK_ST column.
enum class CheckerState : std::uint8_t {
  undef,  ///< not asked
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
  page_83,        ///< asked of the device in this run
  page_80,        ///< serial number, where the hardware table says so
  kernel_cache,   ///< sysfs vpd_pg83, because the device did not answer
  map_uuid,       ///< the map that it is a path of, because nothing else could be had
  udev_property,  ///< udev's database, because the configuration says so (uid_attribute)
  kernel_name,    ///< sysfs: the namespace's wwid, the DASD's uid
  live_map,       ///< the map that it is a path of, by another program's rule (NameOfMap)
};
std::string to_string(IdentitySource source);

/// A live map's WWID that another rule than the run's own gives the path's unit: the map is of this
/// unit, whatever made it.
struct NameOfMap {
  Wwid wwid;
  std::string rule;         ///< "scsi_id's rule for page 0x83"
  std::optional<Wwid> own;  ///< what the run's own rule gives; nothing where that gives none

  auto operator<=>(const NameOfMap&) const = default;
};

/// Something that uses a disk or one of its partitions, apart from the map whose path the disk is.
struct PathUser {
  std::string holder;  ///< kname of the device that stands on it; empty for a mount, swap or pool
  std::string text;    ///< "sda2 is mounted on /"
  bool runs_host = false;  ///< nobody can end it while the host runs: "/", "/usr"
  bool of_unit = false;    ///< by what is written on the unit: through which path is not known

  auto operator<=>(const PathUser&) const = default;
};

/// What speaks for a path's identity: for the whitelist switch.
enum class Recognition : std::uint8_t {
  unlisted,    ///< nothing
  agreed_naa,  ///< a NAA 5 or NAA 6 designator, on which all that name units by the page agree
  listed,      ///< the hardware table, a device section, or uid_attribute of the configuration
};

/// A disk as the host sees it: one path to a logical unit, namespace or volume.
struct Path {
  std::string kname;  ///< "sda"
  DeviceNumber number;
  Bus bus = Bus::scsi;
  /// As multipath-tools numbers them, of NVMe controller, controller's id, namespace's number in its
  /// name and namespace id; of CCW the three parts of the bus id, and 0.
  ScsiAddress address;
  std::optional<std::string> sg_node;  ///< "sg3"
  /// Position in udev's enumeration, which goes by the disks' places in sysfs: multipath-tools meets
  /// paths in this order. 0 for a single disk.
  std::uint32_t udev_order = 0;
  std::uint64_t size_sectors = 0;  ///< of 512 bytes
  bool read_only = false;
  DeviceState state = DeviceState::unknown;
  std::uint8_t peripheral_type = 0;
  std::string
      vendor;  ///< as in INQUIRY, blanks at the end cut off; any bytes, escape before printing.
               ///< "NVME" and "IBM" where there is no INQUIRY
  std::string product;
  std::string revision;
  scsi::Tpgs tpgs = scsi::Tpgs::none;

  std::optional<Wwid> wwid;
  IdentitySource identity_source = IdentitySource::none;
  std::optional<NameOfMap> name_of_map;  ///< `wwid` is this one's, unless the unit has two maps
  Recognition recognition = Recognition::listed;
  CheckerState checker_state = CheckerState::undef;
  std::optional<int> priority;
  bool rated_by_access_state = false;  ///< the priority is of prioritizer alua or sysfs

  /// What grouping policies and prioritizers may look at; each only where a run asked for it.
  std::optional<std::string> serial;            ///< unit serial number, page 0x80
  std::optional<std::string> target_node_name;  ///< FC node name, iSCSI target name, SAS address
  std::optional<std::uint16_t> port_group;      ///< target port group of the path's port

  /// The driver may sleep while it takes a request (NVMe over TCP), so a map of the path must be bio
  /// based: drivers/nvme/host/tcp.c, BLK_MQ_F_BLOCKING.
  bool needs_bio = false;

  /// Did the device itself answer in this run? Only such a path is put into a map that does not
  /// have it yet.
  bool answered = false;

  /// Never a path, by what it is: a local disk, a controller, a gateway unit, no disk at all.
  /// `trouble` says which.
  bool excluded = false;

  /// The SCSI device handler that the kernel attached ("alua", "rdac"), sysfs device/dh_state; empty for none.
  std::string hardware_handler;

  /// Kernel names of what stands on the disk or on one of its partitions ("dm-3", "md0"), sysfs
  /// holders/.
  std::vector<std::string> holders;

  /// Who uses the disk or one of its partitions; not looked for on a path of a map.
  std::vector<PathUser> users;

  /// Why the path has no WWID, or does not work: one sentence, with the remedy where there is one.
  /// Empty when all is well.
  std::string trouble;

  auto operator<=>(const Path&) const = default;
};

/// Is the first met before the second in udev's enumeration?
bool comes_first(const Path& path, const Path& other);
std::vector<Path> in_udev_order(std::vector<Path> paths);

/// The WWID of the path's unit by the run's own rule, where it goes by that of its live map; else "".
std::string own_wwid_of(const Path& path);

}  // namespace multipath
