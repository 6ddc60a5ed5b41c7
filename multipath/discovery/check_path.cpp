#include "multipath/discovery/check_path.h"

#include <fmt/format.h>

#include "multipath/discovery/kernel_disk.h"
#include "multipath/discovery/map_identity.h"
#include "multipath/discovery/rate_path.h"
#include "multipath/discovery/scsi_probe.h"
#include "multipath/discovery/udev_identity.h"

namespace multipath {
namespace {

/// By the disk's own directory: the list of all sg nodes of the host would be long.
void find_own_sg_node(const SysTree& sys, Disk& disk) {
  ScsiPath* scsi = disk.path.scsi();
  if (scsi == nullptr) return;
  const auto names = names_in(sys, fmt::format("{}/device/scsi_generic", disk.sysfs));
  if (!names.empty()) scsi->sg_node = names.front();
}

void read_first_block(const Host& host, const DiscoveryOptions& options, Path& path) {
  try {
    const auto unit = host.scsi.open(node_to_ask(path));
    const Checked checked = check(*unit, CheckerKind::readsector0, deadline_of(options));
    if (works(checked.state)) return;
    path.checker_state = checked.state;
    path.trouble = "a read of the first block fails: " + checked.text;
  } catch (const std::exception& error) {
    path.checker_state = CheckerState::faulty;
    path.trouble = error.what();
  }
}

}  // namespace

std::optional<Path> check_path(const Host& host, std::span<const HardwareEntry> hardware,
                               SharedHardwareTable& table,
                               const DiscoveryOptions& discovery_options,
                               const std::vector<CurrentMap>& maps, DeviceNumber number,
                               ReadBlock read_block) {
  std::vector<Disk> disks = enumerate_disks(host.sys, std::set{number});
  if (disks.empty()) return std::nullopt;
  Disk& disk = disks.front();
  Path& path = disk.path;
  describe(host.sys, disk);
  if (!takes_io(path.state)) {
    path.checker_state = state_without_asking(path.state);
    path.trouble = "the kernel has the device in state " + to_string(path.state);
    return std::move(path);
  }
  find_write_protection(host.sys, disk);
  find_hardware_handler(host.sys, disk);
  if (!discovery_options.configuration.protocols().empty()) find_protocol(host.sys, disk);
  if (path.bus() == Bus::scsi) {
    find_own_sg_node(host.sys, disk);
    const KnownPath known =
        know_path(host.sys, disk, weight_facts_for(discovery_options.configuration));
    probe_scsi_disk(host.scsi, disk, known, table, discovery_options);
  } else {
    identify_kernel_disks(host, hardware, discovery_options, disks);
  }
  take_udev_identity(host.udev, discovery_options.configuration, disk);
  take_map_identities(host, hardware, discovery_options, maps, disks);
  if (read_block == ReadBlock::yes && works(path.checker_state) && path.bus() == Bus::scsi)
    read_first_block(host, discovery_options, path);
  return std::move(path);
}

}  // namespace multipath
