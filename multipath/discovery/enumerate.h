#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "multipath/discovery/decision_trace.h"
#include "multipath/host/host.h"
#include "multipath/model/path.h"

namespace multipath {

/// A disk of the host, and the path that discovery makes of it step by step (build_paths.h).
struct Disk {
  Path path;          ///< kname, number, transport and address from the beginning
  std::string sysfs;  ///< its directory in /sys: "devices/.../block/sda", "class/block/nvme0n1"
  std::vector<std::string> partitions;  ///< kernel names
  std::string protocol;  ///< "scsi:fcp", "nvme:tcp", "ccw"...; empty when not asked for
  std::optional<std::vector<std::string>> properties = {};  ///< names of those that udev has
  DecisionTrace trace = DecisionTrace();  ///< the decisions on it, where a run records them
};

/// All disks of the host that can be paths (sd*, nvme*n*, dasd*), or those of `only`, in natural
/// order, bus after bus. One listing of /sys/dev/block and one readlink a device: the link's target
/// has name and address. (libudev's enumeration opens each component of each device's path and costs
/// over a hundred system calls a disk.) A namespace that the NVMe driver multipaths itself is none:
/// it is below nvme-subsystem, and its paths are hidden (drivers/nvme/host/multipath.c).
std::vector<Disk> enumerate_disks(const SysTree& sys,
                                  const std::optional<std::set<DeviceNumber>>& only);

/// The folder below /sys of the disk with that number; nothing for a device that can be no path.
std::optional<std::string> folder_of_disk(const SysTree& sys, DeviceNumber number);

/// Adds size and device state; of a namespace also the rest of its address.
void describe(const SysTree& sys, Disk& disk);

/// Adds whether the disk is read-only, which only planning compares.
void find_write_protection(const SysTree& sys, Disk& disk);

/// The state of the device below a disk: sysfs device/state, of a DASD device/status. No I/O.
DeviceState state_of_device(const SysTree& sys, std::string_view disk_folder);

/// How a namespace's controller is reached: "pcie", "tcp", "rdma", "fc", "loop"; "unspec" where
/// sysfs has no such word.
std::string namespace_transport(const SysTree& sys, std::string_view disk_folder);

/// The node below /dev that is asked: "sg3", or "sda" where there is no sg node.
std::string node_to_ask(const Path& path);

/// Adds the device handler.
void find_hardware_handler(const SysTree& sys, Disk& disk);

/// Adds the sg nodes of all SCSI disks, by one listing of /sys/class/scsi_generic.
void find_sg_nodes(const SysTree& sys, std::vector<Disk>& disks);

/// Adds the protocol, as multipath.conf spells it, from the names of the folders above the disk in sysfs
/// (drivers/scsi/scsi_transport_*.c): rport- FC, session iSCSI, end_device- SAS, usb, ata. Of a
/// namespace by its controller's attribute `transport`.
void find_protocol(const SysTree& sys, Disk& disk);
/// The same of a SCSI disk's folder and host number.
std::string protocol_of(const SysTree& sys, std::string_view disk_folder, std::uint32_t host);

/// Is the disk on USB? By the folders above it, as with protocols: usb1, usb2...
bool is_on_usb(std::string_view disk_folder);

}  // namespace multipath
