#include "multipath/planning/restore.h"

#include <utility>

#include "multipath/model/member_index.h"

namespace multipath {

Restoration restoration_of(const CurrentMap& map, std::span<const Path> paths,
                           const std::set<DeviceNumber>& left_out) {
  Restoration restoration;
  if (!map.status) return restoration;
  const PathIndex known(paths);
  for (const GroupStatusLine& group : map.status->groups) {
    for (const PathStatus& member : group.paths) {
      if (left_out.contains(member.number)) continue;
      const Path* path = known.find(member.number);
      if (member.state == PathDmState::active) restoration.has_path = true;
      if (member.state != PathDmState::failed || path == nullptr) continue;
      (works(path->checker_state) ? restoration.working : restoration.silent)
          .push_back(member.number);
    }
  }
  restoration.has_path = restoration.has_path || !restoration.working.empty();
  return restoration;
}

WatchPauses::WatchPauses(const GlobalSettings& globals)
    : pause_(globals.polling_interval.value),
      longest_(std::max(globals.polling_interval.value, globals.max_polling_interval.value)) {}

std::chrono::seconds WatchPauses::next() {
  return std::exchange(pause_, std::min(2 * pause_, longest_));
}

bool identifies_as_other_unit(const Path& path, const CurrentMap& map) {
  const bool identified = path.identity_source == IdentitySource::page_83 ||
                          path.identity_source == IdentitySource::page_80;
  return path.answered && identified && path.wwid && map.uuid != map_uuid(*path.wwid);
}

}  // namespace multipath
