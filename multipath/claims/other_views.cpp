#include "multipath/claims/other_views.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "multipath/claims/path_verdict.h"
#include "multipath/discovery/decision_trace.h"
#include "multipath/holders/identity.h"
#include "multipath/model/holder_names.h"
#include "multipath/model/shell_text.h"

namespace multipath {
namespace {

std::string compared(const std::string& theirs, const Path& path) {
  if (!path.wwid) return "";
  return theirs == path.wwid->text() ? ", the same as here" : ", not " + path.wwid->text();
}

Decision udev_view(const Host& host, const Path& path) {
  const auto properties = host.udev.properties(path.number);
  if (!properties) return noted("udev", "udev has no entry for the disk");
  const std::string name = usual_property(path.bus());
  const auto property = properties->find(name);
  if (property == properties->end())
    return noted(
        "udev",
        fmt::format("udev has no {} for it, from which multipath-tools takes the WWID", name));
  return noted("udev",
               fmt::format("{} is {}{}", name, property->second, compared(property->second, path)));
}

Decision kernel_view(const Host& host, const Path& path) {
  const auto wwid = block_attribute(host.sys, path.kname, "device/wwid");
  if (!wwid || wwid->empty()) return noted("kernel", "sysfs has no wwid for it");
  const auto comparable = wwid_text_of_kernel_name(*wwid);
  return noted("kernel", fmt::format("sysfs wwid is {}{}", *wwid,
                                     comparable ? compared(*comparable, path) : ""));
}

struct Kind {
  std::string_view prefix;
  const char* what;
  const char* remedy;
};
/// Block drivers whose disks can be no paths.
constexpr std::array kinds{
    Kind{"nvme", "an NVMe namespace that the kernel's NVMe driver multipaths itself",
         "`multipath -ll` lists its paths; booting with nvme_core.multipath=N leaves them to maps"},
    Kind{"vd", "a virtio disk, which has one path to its hypervisor",
         "give the guest the paths as virtio-scsi disks with passthrough, or multipath in the "
         "hypervisor"},
    Kind{"xvd", "a Xen disk, which has one path to its hypervisor", "multipath in the hypervisor"},
    Kind{"sr", "a CD or DVD drive", ""},
    Kind{"st", "a tape", ""},
    Kind{"mmcblk", "a memory card", ""},
    Kind{"zram", "memory", ""},
    Kind{"ram", "memory", ""},
    Kind{"nbd", "a network block device, not a SCSI disk", ""},
    Kind{"rbd", "a Ceph device, not a SCSI disk", "Ceph has its own redundancy"},
    Kind{"drbd", "a DRBD device, not a SCSI disk", ""},
};

/// What it is made of, of which each may be a disk that can be explained.
std::string ask_about(const std::vector<std::string>& below) {
  if (below.empty()) return "";
  return fmt::format("for the devices below it, run `multipath explain {}`",
                     pasteable(shell_line(below)));
}

OtherDevice partition(const Host& host, const std::string& kname) {
  const auto disk = partition_parent(host.sys, kname);
  if (!disk) return {"a partition; only whole disks are paths", ""};
  return {fmt::format("a partition of {}; only whole disks are paths, and the map of a disk has "
                      "its own partitions (kpartx)",
                      *disk),
          fmt::format("for the disk, run `{}`", pasteable(shell_line("multipath explain", *disk)))};
}

bool is_map(const Holder& holder) { return holder.dm_uuid.starts_with(map_uuid_prefix); }

}  // namespace

std::vector<Decision> other_views(const Host& host, const Configuration& configuration,
                                  const Path& path, const std::set<Wwid>& known) {
  const JudgedPath judged = judge_path(host, configuration, path.number, known, false, "");
  std::vector<Decision> views{udev_view(host, path)};
  if (path.bus() == Bus::scsi) views.push_back(kernel_view(host, path));
  views.push_back(noted("multipath -u",
                        fmt::format("answers DM_MULTIPATH_DEVICE_PATH=\"{}\" to udev, by {}: {}",
                                    static_cast<int>(judged.verdict),
                                    path.bus() == Bus::scsi ? "the kernel's cached pages"
                                                            : "the kernel's name for it",
                                    judged.reason)));
  return views;
}

std::optional<OtherDevice> other_device(const Host& host, const std::string& kname) {
  const auto holder = identify_holder(host, kname);
  if (!holder || is_map(*holder)) return std::nullopt;
  if (holder->kind == HolderKind::partition) return partition(host, kname);
  if (holder->kind != HolderKind::disk && holder->kind != HolderKind::unknown) {
    const std::string what =
        holder->what.empty() ? std::string(dev_type(holder->kind)) : holder->what;
    const std::string name = holder->dm_name.empty() ? "" : " named " + holder->dm_name;
    return OtherDevice{fmt::format("not a SCSI disk but {}{}", what, name),
                       ask_about(linked_devices(host.sys, kname, "slaves"))};
  }
  const auto* kind = std::ranges::find_if(
      kinds, [&](const Kind& candidate) { return kname.starts_with(candidate.prefix); });
  if (kind != kinds.end()) return OtherDevice{kind->what, kind->remedy};
  return OtherDevice{"not a SCSI disk", "only SCSI disks, NVMe namespaces and DASDs can be paths"};
}

}  // namespace multipath
