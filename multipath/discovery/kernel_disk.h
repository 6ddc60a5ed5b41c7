#pragma once

#include <span>
#include <vector>

#include "multipath/discovery/identify.h"
#include "multipath/host/host.h"

namespace multipath {

/// Disks that the kernel itself names: NVMe namespaces by sysfs `wwid` ("uuid.", "eui." or "nvme."
/// and text, drivers/nvme/host/core.c wwid_show), DASDs by sysfs `device/uid`
/// (drivers/s390/block/dasd_devmap.c) without what z/VM adds behind its fourth part. Both are what
/// multipath-tools takes where udev has no ID_WWN or ID_UID.

/// Vendor ("NVME", "IBM"), product, revision and serial number, as multipath-tools has them; no I/O.
void recall_kernel_hardware(const SysTree& sys, Disk& disk);

/// The same, identity and the blacklist's verdict; no I/O. Without an identity, `trouble`
/// gets the reason unless it has one.
void recall_kernel_identity(const SysTree& sys, SharedHardwareTable& hardware,
                            const DiscoveryOptions& discovery_options, Disk& disk);

/// Completes the disks that are not SCSI disks: identity, state and priority. Nothing is opened, but
/// for the controllers of namespaces, all at the same time, which are asked for their asymmetric
/// access where the settings want it and sysfs does not have it.
void identify_kernel_disks(const Host& host, std::span<const HardwareEntry> hardware,
                           const DiscoveryOptions& discovery_options, std::vector<Disk>& disks);

}  // namespace multipath
