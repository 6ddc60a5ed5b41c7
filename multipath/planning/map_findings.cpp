#include "multipath/planning/map_findings.h"

#include <map>
#include <optional>

#include <fmt/format.h>

#include "multipath/model/shell_text.h"

namespace multipath {
namespace {

/// What is wrong with a path that is in this map.
std::optional<Finding> finding_of_member(const Path& path, const CurrentMap& map) {
  if (path.excluded) {
    return Finding{
        Finding::Severity::warning, path.kname,
        fmt::format("is a path of map {}, but must not be one: {}", map.name, path.trouble)};
  }
  const bool says_another_unit = path.wwid && path.identity_source != IdentitySource::map_uuid &&
                                 map.uuid != map_uuid(*path.wwid);
  if (!says_another_unit) return std::nullopt;
  return Finding{
      Finding::Severity::error, path.kname,
      fmt::format(
          "is a path of map {}, but says now that it is {}: the unit was exchanged under it",
          map.name, path.wwid->text())};
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

std::vector<Finding> findings_of_maps(std::span<const CurrentMap> maps, const Units& units) {
  std::vector<Finding> findings;
  for (const CurrentMap& map : maps) {
    const auto wwid = wwid_of_map_uuid(map.uuid);
    if (wwid && !units.contains(*wwid)) {
      findings.push_back({Finding::Severity::warning, map.name,
                          "the host has no path to it any more; it stays as it is until it is "
                          "flushed or a path returns"});
    }
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
