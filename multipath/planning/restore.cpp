#include "multipath/planning/restore.h"

#include <algorithm>

namespace multipath {
namespace {

bool works(const Path& path) {
  return path.checker_state == CheckerState::ready || path.checker_state == CheckerState::ghost;
}

}  // namespace

Restoration restoration_of(const CurrentMap& map, std::span<const Path> paths,
                           const std::set<DeviceNumber>& gone) {
  Restoration restoration;
  if (!map.status) return restoration;
  for (const GroupStatusLine& group : map.status->groups) {
    for (const PathStatus& member : group.paths) {
      if (gone.contains(member.number)) continue;
      const auto path = std::ranges::find(paths, member.number, &Path::number);
      if (member.state == PathDmState::active) restoration.has_path = true;
      if (member.state != PathDmState::failed || path == paths.end()) continue;
      (works(*path) ? restoration.working : restoration.silent).push_back(member.number);
    }
  }
  restoration.has_path = restoration.has_path || !restoration.working.empty();
  return restoration;
}

}  // namespace multipath
