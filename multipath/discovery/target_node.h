#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "libsg/target_port_groups.h"
#include "multipath/host/sys_tree.h"
#include "multipath/model/scsi_address.h"
#include "multipath/model/target_node.h"

namespace multipath {

/// The target of a disk with that folder below /sys ("devices/.../block/sda"): from the names of
/// the folders above it, and one or two attributes. No I/O to the device.
TargetNode find_target_node(const SysTree& sys, const ScsiAddress& address,
                            std::string_view disk_folder);

/// "host node:host port:target node:target port" as the prioritizer weightedpath compares it with
/// `wwn`; "[undef]" for each that is not known.
std::string world_wide_names(const TargetNode& target);

/// The asymmetric access state as the kernel's device handler has it (device/access_state and
/// device/preferred_path).
struct KernelAccessState {
  std::string state;  ///< as sysfs spells it: "active/optimized"
  bool preferred = false;

  auto operator<=>(const KernelAccessState&) const = default;
};
/// Nothing where no handler keeps it.
std::optional<KernelAccessState> kernel_access_state(const SysTree& sys,
                                                     std::string_view disk_folder);

/// The unit serial number from the page 0x80 that the kernel cached; nothing when it has none or a
/// broken one.
std::optional<std::string> cached_serial(const SysTree& sys, std::string_view disk_folder);

/// What the files of the path's host adapter and target have now that transport_limits() may want to write, by their
/// path below /sys; files that are not there are not in it.
std::map<std::string, std::string> transport_attributes(const SysTree& sys,
                                                        const ScsiAddress& address,
                                                        const TargetNode& target);
/// The disk's own such file.
std::string max_sectors_file(std::string_view disk_folder);

}  // namespace multipath
