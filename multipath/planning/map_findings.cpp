#include "multipath/planning/map_findings.h"

#include <algorithm>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "multipath/model/shell_text.h"

namespace multipath {
namespace {

/// Two maps of one unit, by two rules: neither was exchanged.
bool names_unit_of(const CurrentMap& map, const Path& path) {
  if (!path.name_of_map) return false;
  const auto& [wwid, rule, own] = *path.name_of_map;
  return map.uuid == map_uuid(wwid) || (own && map.uuid == map_uuid(*own));
}

/// What is wrong with a path that is in this map.
std::optional<Finding> finding_of_member(const Path& path, const CurrentMap& map) {
  if (path.excluded) {
    return Finding{
        Finding::Severity::warning, path.kname,
        fmt::format("is a path of map {}, but must not be one: {}", map.name, path.trouble)};
  }
  const bool says_another_unit = path.answered && path.wwid &&
                                 path.identity_source != IdentitySource::map_uuid &&
                                 map.uuid != map_uuid(*path.wwid);
  if (!says_another_unit || names_unit_of(map, path)) return std::nullopt;
  const char* remedy =
      map.open_count > 0 ? "; nothing is changed while the map is in use: stop what uses it" : "";
  return Finding{
      Finding::Severity::error, path.kname,
      fmt::format(
          "is a path of map {}, but says now that it is {}: the unit was exchanged under it{}",
          map.name, path.wwid->text(), remedy)};
}

using PathsByNumber = std::map<DeviceNumber, const Path*>;

PathsByNumber by_number(std::span<const Path> paths) {
  PathsByNumber result;
  for (const Path& path : paths) result.emplace(path.number, &path);
  return result;
}

/// The paths that a map has of those that there are.
std::vector<const Path*> members_of(const CurrentMap& map, const PathsByNumber& paths) {
  std::vector<const Path*> members;
  for (const DeviceNumber number : path_numbers(map)) {
    const auto path = paths.find(number);
    if (path != paths.end()) members.push_back(path->second);
  }
  return members;
}

std::string names_of(const std::vector<const Path*>& paths) {
  std::string names;
  for (const Path* path : paths) names += (names.empty() ? "" : " ") + path->kname;
  return names;
}

/// Why nothing is done to a map without a unit.
std::string why_left_alone(const CurrentMap& map, const PathsByNumber& paths) {
  const auto members = members_of(map, paths);
  if (members.empty()) {
    return "the host has no path to it any more; it stays as it is until it is flushed or a path "
           "returns";
  }
  const Path& first = *members.front();
  if (names_unit_of(map, first)) {
    return fmt::format(
        "its unit has another map, which goes by {}; when nothing uses this map, flush it with "
        "`{}`",
        first.wwid->text(), pasteable(shell_line("multipath -f", map.name)));
  }
  std::string reason = first.trouble;
  if (first.wwid && !first.excluded) reason = "it is " + first.wwid->text() + " now";
  if (reason.empty()) reason = "it has no WWID";
  return fmt::format("stays as it is, and its paths {} are left alone: {}: {}", names_of(members),
                     first.kname, reason);
}

/// Of a map that goes by a name which the run's own rule does not give; `path` is one of its paths.
Finding finding_of_name(const CurrentMap& map, const Path& path) {
  const NameOfMap& name = *path.name_of_map;
  const std::string own =
      name.own ? fmt::format("by this program's rule the unit is {}", name.own->text())
               : std::string("this program's rule has no WWID for it");
  const std::string move =
      name.own ? fmt::format(
                     "; to move to that WWID, stop what uses the map, run `{}` and `{}`, then "
                     "`multipath`",
                     pasteable(shell_line("multipath -f", map.name)),
                     shell_line("multipath -w", name.wwid.text()))
               : "";
  return Finding{Finding::Severity::warning, map.name,
                 fmt::format("goes by {}, by {}; {}: the map keeps its paths, its WWID and its "
                             "name{}",
                             name.wwid.text(), name.rule, own, move)};
}

}  // namespace

std::vector<Finding> findings_of_members(std::span<const Path> paths,
                                         std::span<const CurrentMap> maps) {
  std::multimap<DeviceNumber, const CurrentMap*> owners;
  for (const CurrentMap& map : maps) {
    for (const DeviceNumber number : path_numbers(map)) owners.emplace(number, &map);
  }
  std::vector<Finding> findings;
  for (const Path& path : paths) {
    const auto [first, last] = owners.equal_range(path.number);
    for (auto owner = first; owner != last; ++owner) {
      if (auto finding = finding_of_member(path, *owner->second))
        findings.push_back(std::move(*finding));
    }
  }
  return findings;
}

std::vector<Finding> findings_of_maps(std::span<const CurrentMap> maps, std::span<const Path> paths,
                                      const Units& units) {
  std::map<std::string, const Path*> named;  // by the uuid of the map
  for (const Path& path : paths) {
    if (path.identity_source == IdentitySource::live_map && path.name_of_map && !path.excluded)
      named.emplace(map_uuid(path.name_of_map->wwid), &path);
  }
  const bool some_left_alone = std::ranges::any_of(maps, [&](const CurrentMap& map) {
    const auto wwid = wwid_of_map_uuid(map.uuid);
    return !wwid || !units.contains(*wwid);
  });
  const PathsByNumber there = some_left_alone ? by_number(paths) : PathsByNumber{};
  std::vector<Finding> findings;
  for (const CurrentMap& map : maps) {
    const auto wwid = wwid_of_map_uuid(map.uuid);
    if (!wwid || !units.contains(*wwid))
      findings.push_back({Finding::Severity::warning, map.name, why_left_alone(map, there)});
    if (const auto path = named.find(map.uuid); path != named.end())
      findings.push_back(finding_of_name(map, *path->second));
    if (map.suspended) {
      findings.push_back({Finding::Severity::warning, map.name,
                          "is suspended, so I/O to it waits; `" +
                              pasteable(shell_line("dmsetup resume", map.name)) +
                              "` or -r ends that"});
    }
  }
  return findings;
}

}  // namespace multipath
