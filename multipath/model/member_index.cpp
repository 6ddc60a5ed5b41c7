#include "multipath/model/member_index.h"

namespace multipath {

PathIndex::PathIndex(std::span<const Path> paths) {
  paths_.reserve(paths.size());
  for (const Path& path : paths) paths_.emplace(path.number, &path);
}

const Path* PathIndex::find(DeviceNumber number) const {
  const auto found = paths_.find(number);
  return found == paths_.end() ? nullptr : found->second;
}

MemberIndex::MemberIndex(std::span<const CurrentMap> maps) {
  for (const CurrentMap& map : maps) {
    if (map.status) {
      for (const GroupStatusLine& group : map.status->groups)
        for (const PathStatus& path : group.paths)
          members_.emplace(path.number, Member{&map, &path});
    }
    for (const TableGroup& group : map.table.groups)
      for (const TablePath& path : group.paths)
        members_.emplace(path.number, Member{&map, nullptr});
  }
}

MemberIndex::Member MemberIndex::find(DeviceNumber number) const {
  const auto found = members_.find(number);
  return found == members_.end() ? Member{} : found->second;
}

}  // namespace multipath
