#pragma once

#include <string>
#include <vector>

#include "multipath/host/sys_tree.h"
#include "multipath/model/holder.h"

namespace multipath {

/// A device or file that this host gives to others.
struct Export {
  std::string path;  ///< "/dev/vg0/lv", "/srv/disk.img"
  std::string what;  ///< "LIO iblock_0/disk1", "nvmet subsystem nqn..., namespace 1"

  auto operator<=>(const Export&) const = default;
};

/// What the kernel's NFS server gives to clients, and so keeps mounted: its table of exports in use
/// (fs/nfsd/export.c, svc_export_show()), by /proc/fs/nfsd/exports or its older place.
std::vector<NfsExport> read_nfs_exports(const SysTree& proc);

/// LIO's backing stores and nvmet's namespaces, by their configfs below /sys/kernel/config.
std::vector<Export> read_exports(const SysTree& sys);

}  // namespace multipath
