#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "multipath/discovery/story.h"
#include "multipath/host/host.h"
#include "multipath/model/path.h"

namespace multipath {

/// A SCSI disk as sysfs has it, before anybody asked the device.
struct ScsiDisk {
  Path path;          ///< kname, number, address; the rest as `describe` filled it
  std::string sysfs;  ///< its folder below /sys: "devices/.../block/sda"
  std::vector<std::string> partitions;  ///< kernel names
  std::string protocol;                 ///< "scsi:fcp", "scsi:iscsi"...; empty when not asked for
  std::optional<std::vector<std::string>> properties = {};  ///< names of those that udev has
  Story story = Story();  ///< what was decided about it, where a run wants that told
};

/// All SCSI disks (sd*) of the host, or those of `only`, in natural order. One listing of
/// /sys/dev/block and one readlink a device: the link's target has name and address. (libudev's
/// enumeration opens each component of each device's path and costs over a hundred system calls a
/// disk.)
std::vector<ScsiDisk> enumerate_scsi_disks(const SysTree& sys,
                                           const std::optional<std::set<DeviceNumber>>& only);

/// The folder below /sys of the SCSI disk with that number; nothing for any other device.
std::optional<std::string> folder_of_disk(const SysTree& sys, DeviceNumber number);

/// Adds size, read-only and device state.
void describe(const SysTree& sys, ScsiDisk& disk);

/// Adds the device handler.
void find_hardware_handler(const SysTree& sys, ScsiDisk& disk);

/// Adds the sg nodes of all disks, by one listing of /sys/class/scsi_generic.
void find_sg_nodes(const SysTree& sys, std::vector<ScsiDisk>& disks);

/// Adds the protocol, as multipath.conf spells it, from the names of the folders above the disk in sysfs
/// (drivers/scsi/scsi_transport_*.c): rport- FC, session iSCSI, end_device- SAS, usb, ata.
void find_protocol(const SysTree& sys, ScsiDisk& disk);
/// The same of a disk's folder and host number.
std::string protocol_of(const SysTree& sys, std::string_view disk_folder, std::uint32_t host);

/// Adds what holds the disk or one of its partitions.
void find_holders(const SysTree& sys, ScsiDisk& disk);

}  // namespace multipath
