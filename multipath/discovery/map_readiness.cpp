#include "multipath/discovery/map_readiness.h"

namespace multipath {

bool has_usable_path(const SysTree& sys, const CurrentMap& map) {
  if (!map.status) return false;
  for (const GroupStatusLine& group : map.status->groups) {
    for (const PathStatus& path : group.paths) {
      const auto state =
          read_attribute(sys, "dev/block/" + to_string(path.number) + "/device/state");
      if (path.state == PathDmState::active && state == "running") return true;
    }
  }
  return false;
}

}  // namespace multipath
