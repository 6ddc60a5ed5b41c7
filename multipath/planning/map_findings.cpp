#include "multipath/planning/map_findings.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "multipath/model/shell_text.h"

namespace multipath {
namespace {

/// Is this another map of the path's unit, named by another rule? The unit was then not replaced.
bool names_unit_of(const CurrentMap& map, const Path& path) {
  if (!path.name_of_map) return false;
  const auto& [wwid, rule, own] = *path.name_of_map;
  return map.uuid == map_uuid(wwid) || (own && map.uuid == map_uuid(*own));
}

/// Reports users of a path that bypass its map. Nothing is loaded or removed because of them.
std::optional<Finding> finding_of_bypass(const Path& path, const CurrentMap& map) {
  const std::vector<PathUser> users = users_beside_map(path, map);
  if (users.empty()) return std::nullopt;
  return Finding{Finding::Severity::warning, path.kname,
                 fmt::format("is in use without its map {}, and so without failover: {}; {}",
                             map.name, users_text(users), remedy_for_bypass(path, map))};
}

/// The problem of a path in this map, if any.
std::optional<Finding> finding_of_member(const Path& path, const CurrentMap& map) {
  if (path.standing() == Standing::excluded) {
    return Finding{Finding::Severity::warning, path.kname,
                   fmt::format("is a path of map {} but excluded: {}", map.name, path.trouble)};
  }
  if (!was_replaced(path, map)) return finding_of_bypass(path, map);
  const std::string remedy =
      map.open_count > 0
          ? "; map is in use and left unchanged: stop its users first"
          : fmt::format("; `{}` shows what to do", shell_line("multipath explain", path.kname));
  return Finding{Finding::Severity::error, path.kname,
                 fmt::format("is a path of map {} but now identifies as {}: the LUN was replaced{}",
                             map.name, path.wwid->text(), remedy)};
}

using PathsByNumber = std::map<DeviceNumber, const Path*>;

PathsByNumber by_number(std::span<const Path> paths) {
  PathsByNumber result;
  for (const Path& path : paths) result.emplace(path.number, &path);
  return result;
}

/// The existing paths of a map.
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

/// The reason to leave a map without a unit unchanged.
std::string reason_to_leave(const CurrentMap& map, const PathsByNumber& paths) {
  const auto members = members_of(map, paths);
  if (members.empty()) {
    return "the host has no path left to this map; keeping it until it is flushed or a path "
           "returns";
  }
  const Path& first = *members.front();
  if (names_unit_of(map, first)) {
    return fmt::format(
        "its unit has another map with WWID {}; once this map is not in use, flush it with `{}`",
        first.wwid->text(), pasteable(shell_line("multipath -f", map.name)));
  }
  std::string reason = first.trouble;
  if (first.has_unit()) reason = "it now identifies as " + first.wwid->text();
  if (reason.empty()) reason = "it has no WWID";
  const std::string remedy = first.excluded
                                 ? fmt::format("; `{}` shows how to admit its paths",
                                               pasteable(shell_line("multipath explain", map.name)))
                                 : "";
  return fmt::format("map and its paths {} are left unchanged: {}: {}{}", names_of(members),
                     first.kname, reason, remedy);
}

/// Reports a map whose WWID does not follow this program's rule. `path` is one of its paths.
Finding finding_of_name(const CurrentMap& map, const Path& path) {
  const NameOfMap& name = *path.name_of_map;
  const std::string own = name.own
                              ? fmt::format("this program's rule results in {}", name.own->text())
                              : std::string("this program's rule results in no WWID");
  const std::string move =
      name.own
          ? fmt::format(
                "; to use that WWID, stop the map's users, run `{}` and `{}`, then `multipath`",
                pasteable(shell_line("multipath -f", map.name)),
                shell_line("multipath -w", name.wwid.text()))
          : "";
  return Finding{Finding::Severity::warning, map.name,
                 fmt::format("has WWID {} by {}; {}; the map keeps its paths, WWID and name{}",
                             name.wwid.text(), name.rule, own, move)};
}

}  // namespace

bool was_replaced(const Path& path, const CurrentMap& map) {
  return path.answered && path.wwid && path.identity_source != IdentitySource::map_uuid &&
         map.uuid != map_uuid(*path.wwid) && !names_unit_of(map, path);
}

std::string remedy_for_replaced(const Path& path, const CurrentMap& map) {
  const std::string map_holders = pasteable(shell_line("multipath holders", map.name));
  const std::string flush = pasteable(shell_line("multipath flush", map.name));
  const std::string rescan =
      path.bus() == Bus::scsi
          ? fmt::format(
                "delete the disk with `echo 1 > /sys/block/{}/device/delete` and find it "
                "again with `echo '- - -' > /sys/class/scsi_host/host{}/scan`",
                path.kname, path.address.host)
          : "disconnect the controller and connect it again";
  return fmt::format(
      "stop the users of the map, which `{}` shows; remove the map with `{}`; {}; then run "
      "`multipath`",
      map_holders, flush, rescan);
}

std::string remedy_for_bypass(const Path& path, const CurrentMap& map) {
  return fmt::format("`{}` stops these users; then start them again on {}",
                     shell_line("multipath clear-holders --keep-maps", path.kname), map.name);
}

std::vector<Action> actions_of_excluded_maps(std::span<const CurrentMap> maps,
                                             std::span<const Path> paths, const Plan& plan) {
  std::set<std::string> planned;
  for (const Action& action : plan.actions) planned.insert(map_uuid(action.desired.wwid));
  std::vector<Action> actions;
  std::optional<PathsByNumber> known;
  for (const CurrentMap& map : maps) {
    const auto wwid = wwid_of_map_uuid(map.uuid);
    if (!wwid || planned.contains(map.uuid)) continue;
    if (!known) known = by_number(paths);
    const auto members = members_of(map, *known);
    if (members.empty() || !std::ranges::all_of(members, &Path::excluded)) continue;
    Map unchanged{.wwid = *wwid,
                  .name = map.name,
                  .size_sectors = map.size_sectors,
                  .features = map.table.features,
                  .hardware_handler = map.table.hardware_handler,
                  .selector_arguments = {},
                  .groups = {}};
    actions.push_back({Verb::nothing, std::move(unchanged), map,
                       fmt::format("all paths of the map are excluded: {}", names_of(members))});
  }
  return actions;
}

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
  std::map<std::string, const Path*> named;  // by map uuid
  for (const Path& path : paths) {
    if (path.identity_source == IdentitySource::live_map && path.name_of_map && path.has_unit())
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
      findings.push_back({Finding::Severity::warning, map.name, reason_to_leave(map, there)});
    if (const auto path = named.find(map.uuid); path != named.end())
      findings.push_back(finding_of_name(map, *path->second));
    if (map.suspended) {
      findings.push_back({Finding::Severity::warning, map.name,
                          "map is suspended and blocks I/O; `" +
                              pasteable(shell_line("dmsetup resume", map.name)) +
                              "` or -r resumes it"});
    }
  }
  return findings;
}

}  // namespace multipath
