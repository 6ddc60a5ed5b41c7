#pragma once

#include "libsg/transport.h"
#include "multipath/host/device_access.h"
#include "multipath/host/device_mapper.h"
#include "multipath/host/event_spool.h"
#include "multipath/host/mount_namespaces.h"
#include "multipath/host/nvme_access.h"
#include "multipath/host/partition_tables.h"
#include "multipath/host/refinement.h"
#include "multipath/host/signature_backup.h"
#include "multipath/host/state_files.h"
#include "multipath/host/sys_tree.h"
#include "multipath/host/sys_writer.h"
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
  DeviceAccess* devices = nullptr;              ///< none on a captured host
  StateFiles* state_files = nullptr;            ///< configuration and state below /etc
  SysWriter* sys_writer = nullptr;              ///< none on a captured host
  EventSpool* events = nullptr;                 ///< none on a captured host
  PartitionTables* partition_tables = nullptr;  ///< none on a captured host
  MountNamespaces* mount_namespaces = nullptr;  ///< none where they cannot be entered
  NvmeAccess* nvme = nullptr;
  SignatureBackup* signatures = nullptr;  ///< none on a captured host
  Leniency* leniency = nullptr;           ///< of a captured host alone
};

}  // namespace multipath
