#include "multipath/discovery/asymmetric_access.h"

#include <algorithm>

#include <fmt/format.h>

#include "libsg/ask.h"
#include "libsg/bytes.h"

namespace multipath {

std::optional<std::uint16_t> port_group_of(const scsi::DeviceIdentification& page) {
  constexpr std::size_t length = 4;  // SPC-5 7.7.6.9: two reserved bytes, then the group
  for (const scsi::Designator& designator : page.designators) {
    if (designator.type == scsi::DesignatorType::target_port_group &&
        designator.association == scsi::Association::target_port &&
        designator.bytes.size() == length) {
      return scsi::big_endian_16(designator.bytes, 2);
    }
  }
  return std::nullopt;
}

AsymmetricAccess ask_asymmetric_access(scsi::LogicalUnit& unit, scsi::Tpgs tpgs,
                                       const scsi::DeviceIdentification& page,
                                       std::chrono::milliseconds limit) {
  AsymmetricAccess access;
  if (tpgs == scsi::Tpgs::none) return access;
  const auto id = port_group_of(page);
  if (!id) {
    access.text = "page 0x83 names no target port group of this port";
    return access;
  }
  const auto groups = scsi::ask_target_port_groups(unit, limit);
  if (!groups) {
    access.text = "REPORT TARGET PORT GROUPS: " + to_string(groups.error());
    return access;
  }
  const auto group = std::ranges::find(*groups, *id, &scsi::TargetPortGroup::id);
  if (group == groups->end()) {
    access.text = fmt::format("REPORT TARGET PORT GROUPS has no group {} of this port", *id);
    return access;
  }
  access.tpgs = tpgs;
  access.group = *group;
  return access;
}

}  // namespace multipath
