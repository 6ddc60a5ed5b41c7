#include "tests/support/alua_disk.h"

#include "tests/support/fake_host.h"
#include "tests/support/scsi_bytes.h"

namespace tests {

FakeUnit alua_disk(int unit, int group) {
  FakeUnit disk = lio_disk(unit);
  disk.inquiry = encode(scsi::StandardInquiry{.peripheral_qualifier = 0,
                                              .peripheral_type = 0,
                                              .removable = false,
                                              .version = 6,
                                              .tpgs = scsi::Tpgs::implicit,
                                              .vendor = "ACME",
                                              .product = "ALUA",
                                              .revision = "0001"});
  scsi::Designator port_group =
      designator(scsi::DesignatorType::target_port_group, bytes({0, 0, 0, group}));
  port_group.association = scsi::Association::target_port;
  const auto page = scsi::decode_device_identification(disk.pages[0x83]);
  std::vector<scsi::Designator> designators = page.value().designators;
  designators.push_back(port_group);
  disk.pages[0x83] = device_identification_page(designators);
  disk.target_port_groups = target_port_groups_data(
      {{.id = 1, .state = scsi::AccessState::active_optimized, .relative_ports = {1}},
       {.id = 2, .state = scsi::AccessState::active_non_optimized, .relative_ports = {2}}});
  return disk;
}

}  // namespace tests
