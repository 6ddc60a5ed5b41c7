#include "libsg/target_port_groups.h"
#include "tests/fuzz/property.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const tests::ExactBytes data(bytes, size);
  const auto groups = scsi::decode_target_port_groups(data.view());
  tests::require(groups == scsi::decode_target_port_groups(data.view()));
  if (!groups) {
    tests::require(groups.error().offset <= size);
    return 0;
  }
  std::size_t used = 0;
  for (const auto& group : *groups) {
    used += 8 + 4 * group.relative_ports.size();
    tests::require(!to_string(group.state).empty());
  }
  const std::size_t announced = *scsi::announced_target_port_groups_length(data.view());
  tests::require(announced <= size);
  tests::require(announced - used == 4 || announced - used == 8);  // either header
  return 0;
}
