#pragma once

#include "multipath/host/device_access.h"
#include "multipath/host/event_spool.h"
#include "multipath/host/mount_namespaces.h"
#include "multipath/host/nvme_access.h"
#include "multipath/host/partition_tables.h"
#include "multipath/host/signature_backup.h"
#include "multipath/host/state_files.h"
#include "multipath/host/sys_writer.h"

namespace multipath {

/// Ports of a machine that does not have them. A question gets the answer that nothing is known; what
/// cannot be done throws std::system_error (ENOTSUP) with the reason in its text. They have no state
/// and live as long as the program.
DeviceAccess& absent_device_access();
StateFiles& absent_state_files();
SysWriter& absent_sys_writer();
EventSpool& absent_event_spool();
PartitionTables& absent_partition_tables();
MountNamespaces& absent_mount_namespaces();
NvmeAccess& absent_nvme_access();
SignatureBackup& absent_signature_backup();

}  // namespace multipath
