#pragma once

#include "libsg/transport.h"
#include "multipath/host/absent_ports.h"
#include "multipath/host/clock.h"
#include "multipath/host/device_mapper.h"
#include "multipath/host/port.h"
#include "multipath/host/refinement.h"
#include "multipath/host/sys_tree.h"
#include "multipath/host/tool_runner.h"
#include "multipath/host/udev_database.h"

namespace multipath {

/// The machine, live or captured. Code that uses a Host does not know which.
struct Host {
  SysTree& sys;   ///< rooted at /sys
  SysTree& proc;  ///< rooted at /proc
  SysTree& dev;   ///< rooted at /dev: links only, no node is opened through it
  scsi::Transport& scsi;
  UdevDatabase& udev;
  dm::DeviceMapper& device_mapper;
  ToolRunner& tools;
  Clock& clock;
  Port<DeviceAccess> devices = absent_device_access();
  Port<StateFiles> state_files = absent_state_files();  ///< configuration and state below /etc
  Port<SysWriter> sys_writer = absent_sys_writer();
  Port<EventSpool> events = absent_event_spool();
  Port<PartitionTables> partition_tables = absent_partition_tables();
  Port<MountNamespaces> mount_namespaces = absent_mount_namespaces();
  Port<NvmeAccess> nvme = absent_nvme_access();
  Port<SignatureBackup> signatures = absent_signature_backup();
  Leniency* leniency = nullptr;  ///< of a captured host alone
};

}  // namespace multipath
