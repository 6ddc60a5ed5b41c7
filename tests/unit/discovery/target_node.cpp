#include "multipath/discovery/target_node.h"

#include <doctest/doctest.h>

#include "tests/support/memory_tree.h"
#include "tests/support/scsi_bytes.h"

using namespace multipath;
using tests::MemoryTree;

namespace {

constexpr ScsiAddress address{.host = 3, .channel = 0, .target = 1, .lun = 2};

const std::string fc_disk =
    "devices/pci0000:00/0000:00:05.0/host3/rport-3:0-7/target3:0:1/3:0:1:2/block/sda";
const std::string iscsi_disk = "devices/platform/host3/session12/target3:0:0/3:0:0:2/block/sda";
const std::string sas_disk =
    "devices/pci0000:00/host3/port-3:0/expander-3:0/port-3:0:4/end_device-3:0:4/target3:0:1/"
    "3:0:1:2/"
    "block/sda";

MemoryTree fc_tree() {
  MemoryTree sys;
  sys.file("class/fc_remote_ports/rport-3:0-7/node_name", "0x5000097500000001\n");
  sys.file("class/fc_remote_ports/rport-3:0-7/port_name", "0x5000097500000002\n");
  sys.file("class/fc_host/host3/node_name", "0x2000001b32000001\n");
  sys.file("class/fc_host/host3/port_name", "0x2100001b32000001\n");
  return sys;
}

std::string page_80(const std::string& serial) {
  const auto page = tests::vpd_page(0x80, tests::bytes(serial));
  return {page.begin(), page.end()};
}

}  // namespace

TEST_CASE("FC: the target is the node behind the remote port") {
  const auto sys = fc_tree();
  const auto target = find_target_node(sys, address, fc_disk);
  CHECK(target.transport == TransportKind::fibre_channel);
  CHECK(target.name == "0x5000097500000001");
  CHECK(target.folder == "class/fc_remote_ports/rport-3:0-7");
  CHECK(world_wide_names(target) ==
        "0x2000001b32000001:0x2100001b32000001:0x5000097500000001:0x5000097500000002");
}

TEST_CASE("iSCSI: the target is the session's") {
  MemoryTree sys;
  sys.file("class/iscsi_session/session12/targetname", "iqn.2003-01.org:t1\n");
  const auto target = find_target_node(sys, address, iscsi_disk);
  CHECK(target.transport == TransportKind::iscsi);
  CHECK(target.name == "iqn.2003-01.org:t1");
  CHECK(target.folder == "class/iscsi_session/session12");
  CHECK(world_wide_names(target) == "[undef]:[undef]:[undef]:[undef]");
}

TEST_CASE("SAS: the target is the address, even behind expanders") {
  MemoryTree sys;
  sys.file(sas_disk + "/device/sas_address", "0x5000c50000000001\n");
  const auto target = find_target_node(sys, address, sas_disk);
  CHECK(target.transport == TransportKind::sas);
  CHECK(target.name == "0x5000c50000000001");
  CHECK(target.folder == "class/sas_end_device/end_device-3:0:4");
}

TEST_CASE("ATA and USB devices have a name, and no attributes of a target") {
  const MemoryTree sys;
  CHECK(
      find_target_node(sys, address, "devices/pci0000:00/ata7/host3/target3:0:0/3:0:0:0/block/sda")
          .name == "ata-7.00");
  const auto usb = find_target_node(
      sys, address,
      "devices/pci0000:00/usb2/2-1/2-1.4/2-1.4:1.0/host3/target3:0:0/3:0:0:0/block/sda");
  CHECK(usb.name == "2-1.4:1.0");
  CHECK(usb.transport == TransportKind::other);
  CHECK(usb.folder.empty());
}

TEST_CASE("a virtual disk, or a transport whose attributes are gone, has no target node") {
  const MemoryTree sys;
  for (const std::string& disk :
       {std::string("devices/pseudo_0/adapter0/host3/target3:0:0/3:0:0:0/block/sda"), fc_disk,
        iscsi_disk, sas_disk, std::string("sda"), std::string()})
    CHECK(find_target_node(sys, address, disk) == TargetNode{});
}

TEST_CASE("directories that only begin like a transport's are ignored") {
  MemoryTree sys;
  sys.file("class/iscsi_session/sessions/targetname", "x");
  CHECK(find_target_node(sys, address, "devices/sessions/host3/block/sda") == TargetNode{});
  CHECK(find_target_node(sys, address, "devices/session/host3/block/sda") == TargetNode{});
}

TEST_CASE("the kernel's access state, where a handler keeps it") {
  MemoryTree sys;
  sys.folder(fc_disk + "/device");
  CHECK_FALSE(kernel_access_state(sys, fc_disk));
  sys.silent_file(fc_disk + "/device/access_state");
  CHECK_FALSE(kernel_access_state(sys, fc_disk));
  sys.file(fc_disk + "/device/access_state", "active/optimized\n");
  CHECK(kernel_access_state(sys, fc_disk) == KernelAccessState{"active/optimized", false});
  sys.file(fc_disk + "/device/preferred_path", "1\n");
  CHECK(kernel_access_state(sys, fc_disk) == KernelAccessState{"active/optimized", true});
  sys.file(fc_disk + "/device/preferred_path", "0\n");
  CHECK(kernel_access_state(sys, fc_disk) == KernelAccessState{"active/optimized", false});
}

TEST_CASE("a valid serial number is taken from the kernel's page 0x80") {
  MemoryTree sys;
  const std::string file = fc_disk + "/device/vpd_pg80";
  CHECK_FALSE(cached_serial(sys, fc_disk));
  const std::string page = page_80("  AB 12  ");
  sys.file(file, page);
  CHECK(cached_serial(sys, fc_disk) == "AB 12");
  for (std::size_t size = 0; size < page.size(); ++size) {
    sys.file(file, page.substr(0, size));
    CHECK_FALSE(cached_serial(sys, fc_disk));
  }
  sys.file(file, page_80("    "));
  CHECK_FALSE(cached_serial(sys, fc_disk));
}

TEST_CASE("existing attributes of the transport are listed") {
  auto sys = fc_tree();
  sys.file("class/fc_remote_ports/rport-3:0-7/dev_loss_tmo", "30\n");
  sys.file("class/fc_remote_ports/rport-3:0-7/fast_io_fail_tmo", "off\n");
  sys.file("class/scsi_host/host3/eh_deadline", "off\n");
  const auto target = find_target_node(sys, address, fc_disk);
  using Attributes = std::map<std::string, std::string>;
  CHECK(transport_attributes(sys, address, target) ==
        Attributes{{"class/fc_remote_ports/rport-3:0-7/dev_loss_tmo", "30"},
                   {"class/fc_remote_ports/rport-3:0-7/fast_io_fail_tmo", "off"},
                   {"class/scsi_host/host3/eh_deadline", "off"}});
  CHECK(transport_attributes(MemoryTree{}, address, {}).empty());
  CHECK(max_sectors_file(fc_disk) == fc_disk + "/queue/max_sectors_kb");
}
