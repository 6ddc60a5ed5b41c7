#include "multipath/claims/map_readiness.h"

#include "multipath/discovery/enumerate.h"

namespace multipath {
namespace {

/// One file where it is a SCSI disk or a namespace: nearly always.
bool device_takes_io(const SysTree& sys, DeviceNumber number) {
  const std::string device = "dev/block/" + to_string(number) + "/device";
  if (const auto state = read_attribute(sys, device + "/state"))
    return takes_io(parse_device_state(*state));
  const auto folder = folder_of_disk(sys, number);
  return folder && takes_io(state_of_device(sys, *folder));
}

}  // namespace

bool has_usable_path(const SysTree& sys, const CurrentMap& map) {
  if (!map.status) return false;
  for (const GroupStatusLine& group : map.status->groups) {
    for (const PathStatus& path : group.paths) {
      if (path.state == PathDmState::active && device_takes_io(sys, path.number)) return true;
    }
  }
  return false;
}

}  // namespace multipath
