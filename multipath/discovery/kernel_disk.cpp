#include "multipath/discovery/kernel_disk.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "multipath/discovery/checker.h"
#include "multipath/discovery/namespace_access.h"
#include "multipath/discovery/scsi_probe.h"

namespace multipath {
namespace {

std::string attribute(const SysTree& sys, const Disk& disk, const char* name) {
  return read_attribute(sys, disk.sysfs + name).value_or("");
}

/// "3390/0c" is ECKD; only these two types are FBA (drivers/s390/block/dasd_fba.c).
std::string dasd_product(const std::string& type) {
  const bool is_fba = type.starts_with("3370") || type.starts_with("9336");
  return is_fba ? "S/390 DASD FBA" : "S/390 DASD ECKD";
}

/// "IBM.750000000DE011.0200.0f.1234": the fifth part is z/VM's.
std::string without_virtual_part(std::string uid) {
  std::size_t dot = uid.find('.');
  for (int more = 3; more > 0 && dot != std::string::npos; --more) dot = uid.find('.', dot + 1);
  return uid.substr(0, dot);
}

/// The name that the kernel gives the disk, and where it has it.
struct KernelName {
  std::string text;
  std::string source;
};

KernelName kernel_name(const SysTree& sys, const Disk& disk) {
  if (disk.path.bus() == Bus::nvme) return {attribute(sys, disk, "/wwid"), "sysfs wwid"};
  return {without_virtual_part(attribute(sys, disk, "/device/uid")), "sysfs device/uid"};
}

scsi::StandardInquiry inquiry_of(const Path& path) {
  scsi::StandardInquiry inquiry;
  inquiry.vendor = path.vendor;
  inquiry.product = path.product;
  inquiry.revision = path.revision;
  return inquiry;
}

/// Hardware that no row and no device section lists is admitted by its kernel name: the hardware
/// table is there to find a unique name, and the kernel checks that this one is unique.
bool take_hardware_table(SharedHardwareTable& hardware, const DiscoveryOptions& discovery_options,
                         Disk& disk) {
  Path& path = disk.path;
  const HardwareEntry* entry =
      hardware.find(path.vendor, path.product, discovery_options.configuration.blacklist());
  const bool never = entry != nullptr && entry->identification == Identification::never;
  disk.trace.record([&] {
    if (entry == nullptr)
      return noted("hardware table", fmt::format("no row and no device section names vendor '{}' "
                                                 "product '{}'; it is identified by the kernel",
                                                 path.vendor, path.product));
    const std::string origin = to_string(discovery_options.configuration.origin_of_row(*entry));
    if (never)
      return stopped("hardware table", "never a path by its row",
                     {listing_remedy(path.vendor, path.product)}, origin);
    return passed("hardware table",
                  fmt::format("vendor '{}' product '{}' is identified by the kernel", path.vendor,
                              path.product),
                  origin);
  });
  if (!never) return true;
  path.trouble = "never a path by the hardware table";
  path.excluded = true;
  return false;
}

void take_identity(const SysTree& sys, const DiscoveryOptions& discovery_options, Disk& disk) {
  Path& path = disk.path;
  const KernelName name = kernel_name(sys, disk);
  const auto wwid = Wwid::from_text(name.text);
  std::string trouble;
  if (name.text.empty()) {
    trouble = fmt::format("{} is empty or missing", name.source);
  } else if (!wwid) {
    trouble = fmt::format(
        "{} '{}' cannot be a WWID: it is too long or has other bytes than a "
        "name can hold",
        name.source, name.text);
  }
  if (!wwid) {
    disk.trace.record([&] { return stopped("identity", trouble); });
    if (path.trouble.empty()) path.trouble = std::move(trouble);
    return;
  }
  disk.trace.record([&] {
    return passed("identity", fmt::format("{} gives WWID {}", name.source, wwid->text()));
  });
  if (const auto refused = refusal_of_wwid(discovery_options, *wwid, disk.trace))
    exclude(*refused, path);
  path.wwid = *wwid;
  path.identity_source = IdentitySource::kernel_name;
}

/// The state of the device or of the controller is all that a checker looks at.
void take_state(Disk& disk) {
  Path& path = disk.path;
  path.checker_state = state_without_asking(path.state);
  path.answered = takes_io(path.state);
  if (path.checker_state == CheckerState::ready && path.size_sectors == 0) {
    path.checker_state = CheckerState::ghost;
    if (path.trouble.empty()) path.trouble = "the kernel has no size for it";
  }
  if (!path.answered && path.trouble.empty()) path.trouble = trouble_of_state(path);
  disk.trace.record([&] {
    return noted("checker", fmt::format("{} in the kernel is {}", to_string(path.state),
                                        to_string(path.checker_state)));
  });
}

Decision found_decision(const Disk& disk) {
  const Path& path = disk.path;
  return passed("found", fmt::format("{} {} ({}) of {} sectors, {} in the kernel: /sys/{}",
                                     path.bus() == Bus::nvme ? "NVMe namespace" : "DASD",
                                     to_string(path.address), to_string(path.number),
                                     path.size_sectors, to_string(path.state), disk.sysfs));
}

const DeviceSettings& settings_of(const DiscoveryOptions& discovery_options, const Disk& disk) {
  return discovery_options.configuration.settings_for_device(subject_of(disk.path, disk.protocol));
}

bool may_report_access(const DiscoveryOptions& discovery_options, const Disk& disk) {
  if (disk.path.bus() != Bus::nvme || !disk.path.answered || disk.path.excluded) return false;
  const DeviceSettings& settings = settings_of(discovery_options, disk);
  return settings.detect_prio.value || settings.prioritizer.value == PrioritizerKind::ana;
}

void rate(const DiscoveryOptions& discovery_options, const NamespaceAccess& access, Disk& disk) {
  Path& path = disk.path;
  if (!path.answered || path.excluded) return;
  const EffectivePrioritizer prioritizer =
      effective_namespace_prioritizer(settings_of(discovery_options, disk), access);
  const Prioritized prioritized = prioritize_namespace(prioritizer, access, path);
  path.priority = prioritized.priority;
  disk.trace.record([&] {
    return noted("priority",
                 fmt::format("{} gives {}{}{}", to_string(prioritizer.kind),
                             path.priority ? std::to_string(*path.priority) : "no priority",
                             prioritized.text.empty() ? "" : ": ", prioritized.text),
                 prioritizer.text);
  });
}

}  // namespace

void recall_kernel_hardware(const SysTree& sys, Disk& disk) {
  Path& path = disk.path;
  if (path.bus() == Bus::ccw) {
    path.vendor = "IBM";
    path.product = dasd_product(attribute(sys, disk, "/device/devtype"));
    return;
  }
  path.vendor = "NVME";
  path.product = attribute(sys, disk, "/device/model");
  path.revision = attribute(sys, disk, "/device/firmware_rev");
  const std::string serial = attribute(sys, disk, "/device/serial");
  if (!serial.empty()) path.serial = serial;
  path.transport = NvmePath{.needs_bio = namespace_transport(sys, disk.sysfs) == "tcp"};
}

void recall_kernel_identity(const SysTree& sys, SharedHardwareTable& hardware,
                            const DiscoveryOptions& discovery_options, Disk& disk) {
  Path& path = disk.path;
  recall_kernel_hardware(sys, disk);
  disk.trace.record([&] {
    return passed("hardware", fmt::format("vendor '{}' product '{}' revision '{}'", path.vendor,
                                          path.product, path.revision));
  });
  if (const auto refused =
          refusal_of_device(hardware, discovery_options, inquiry_of(path), disk.trace))
    return exclude(*refused, path);
  if (take_hardware_table(hardware, discovery_options, disk))
    take_identity(sys, discovery_options, disk);
}

void identify_kernel_disks(const Host& host, std::span<const HardwareEntry> hardware,
                           const DiscoveryOptions& discovery_options, std::vector<Disk>& disks) {
  SharedHardwareTable table(hardware);
  std::vector<const Disk*> reporting;
  for (Disk& disk : disks) {
    if (disk.path.bus() == Bus::scsi) continue;
    disk.trace = DecisionTrace(discovery_options.tracing);
    disk.trace.record([&] { return found_decision(disk); });
    recall_identity(host.sys, table, discovery_options, disk);
    if (!disk.path.excluded) take_state(disk);
    if (may_report_access(discovery_options, disk)) reporting.push_back(&disk);
  }
  const auto accesses =
      namespace_accesses(host.sys, *host.nvme, reporting, deadline_of(discovery_options));
  for (Disk& disk : disks) {
    if (disk.path.bus() == Bus::scsi) continue;
    const auto access = accesses.find(disk.path.number);
    rate(discovery_options, access == accesses.end() ? NamespaceAccess{} : access->second, disk);
  }
}

}  // namespace multipath
