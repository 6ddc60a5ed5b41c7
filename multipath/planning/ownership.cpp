#include "multipath/planning/ownership.h"

#include <algorithm>

#include <fmt/format.h>

#include "multipath/model/shell_text.h"

namespace multipath {
namespace {

std::string conflict_text(const Path& path, const CurrentMap& owner) {
  const std::string other_name =
      path.name_of_map && path.name_of_map->own && map_uuid(*path.name_of_map->own) == owner.uuid
          ? "; the unit has two maps"
          : "";
  return fmt::format(
      "not added to a map: already in map {}{}; once that map is not in use, flush it with `{}`, "
      "then run `multipath`",
      owner.name, other_name, pasteable(shell_line("multipath -f", owner.name)));
}

}  // namespace

Ownership::Ownership(std::span<const CurrentMap> maps) {
  for (const CurrentMap& map : maps) {
    for (const DeviceNumber number : path_numbers(map)) owners_.emplace(number, &map);
  }
}

const CurrentMap* Ownership::other_map_of(const Path& path, const Wwid& unit) const {
  const auto [first, last] = owners_.equal_range(path.number);
  const auto other = std::find_if(
      first, last, [&](const auto& owner) { return owner.second->uuid != map_uuid(unit); });
  return other == last ? nullptr : other->second;
}

void Ownership::take(const Action& action) {
  if (!loads_table(action.verb) || !action.current) return;
  for (const DeviceNumber number : path_numbers(*action.current)) {
    const auto [first, last] = owners_.equal_range(number);
    const auto own = std::find_if(
        first, last, [&](const auto& owner) { return owner.second->uuid == action.current->uuid; });
    if (own != last) owners_.erase(own);
  }
}

ConflictingPaths extract_conflicting_paths(const Ownership& ownership, const Wwid& unit,
                                           const CurrentMap* current,
                                           std::vector<Path>& unit_paths) {
  ConflictingPaths conflicts;
  std::erase_if(unit_paths, [&](const Path& path) {
    if (current != nullptr && has_path(*current, path.number)) return false;
    const CurrentMap* owner = ownership.other_map_of(path, unit);
    if (owner == nullptr) return false;
    conflicts.findings.push_back(
        {Finding::Severity::warning, path.kname, conflict_text(path, *owner)});
    conflicts.paths.push_back(path);
    return true;
  });
  return conflicts;
}

std::optional<std::string> reason_to_keep_table(const CurrentMap& current, const Wwid& unit,
                                                const PathIndex& paths) {
  if (current.open_count <= 0) return std::nullopt;
  for (const DeviceNumber number : path_numbers(current)) {
    const Path* path = paths.find(number);
    if (path == nullptr || path->excluded || path->wwid == unit) continue;
    return fmt::format(
        "map is in use and its path {} identifies as {}; paths of an open map are not removed: "
        "stop "
        "its users, then run `multipath`",
        path->kname, path->wwid ? path->wwid->text() : "no unit");
  }
  return std::nullopt;
}

}  // namespace multipath
