#include "multipath/planning/apply_lost_paths.h"

#include <algorithm>

#include "multipath/host/sys_tree.h"

namespace multipath {
namespace {

bool is_lost(const SysTree& sys, const Path& path) {
  const std::string disk = "class/block/" + path.kname;
  if (read_attribute(sys, disk + "/dev") != to_string(path.number)) return true;
  const bool is_dasd = path.bus() == Bus::ccw;
  const auto state = read_attribute(sys, disk + (is_dasd ? "/device/status" : "/device/state"));
  if (is_dasd) return state != "online";
  return !state || !takes_io(parse_device_state(*state));
}

}  // namespace

std::vector<std::string> remove_lost_paths(const SysTree& sys, Action& action) {
  std::vector<std::string> lost;
  std::vector<PathGroup> groups = action.desired.groups;
  for (PathGroup& group : groups) {
    std::erase_if(group.paths, [&](const Path& path) {
      if ((action.current && has_path(*action.current, path.number)) || !is_lost(sys, path))
        return false;
      lost.push_back(path.kname);
      return true;
    });
  }
  std::erase_if(groups, [](const PathGroup& group) { return group.paths.empty(); });
  if (groups.empty()) return {};
  action.desired.groups = std::move(groups);
  return lost;
}

}  // namespace multipath
