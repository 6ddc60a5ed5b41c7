#include "multipath/run/list_maps.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "multipath/discovery/enumerate.h"
#include "multipath/discovery/identify.h"
#include "multipath/discovery/native_nvme.h"
#include "multipath/planning/coalesce.h"
#include "multipath/planning/kept_settings.h"
#include "multipath/planning/map_findings.h"
#include "multipath/run/named_units.h"

namespace multipath {
namespace {

/// What maps keep, by the paths that they have in a listing.
void find_kept(const Configuration& configuration, Listing& listing) {
  const Setting<AutoResize> resize = configuration.globals().auto_resize;
  const PathIndex known(listing.paths);
  for (const CurrentMap& map : listing.current) {
    const auto wwid = wwid_of_map_uuid(map.uuid);
    if (!wwid) continue;
    std::vector<Path> unit;
    for (const DeviceNumber number : path_numbers(map)) {
      if (const Path* path = known.find(number)) unit.push_back(*path);
    }
    if (unit.empty()) continue;
    if (auto queueing =
            kept_queueing(map, configuration.settings_for_unit(subject_of_unit(*wwid, unit))))
      listing.kept.push_back(std::move(*queueing));
    const auto size = size_of_paths(map, unit);
    if (size && *size != map.size_sectors && !may_resize_automatically(map, *size, resize.value))
      listing.kept.push_back(kept_size(map, *size, resize, {}));
  }
}

/// A path that is excluded by its name was not queried for vendor and product; sysfs has them.
void recall_excluded(const SysTree& sys, std::vector<Path>& paths) {
  for (Path& path : paths) {
    if (!path.excluded || !path.vendor.empty()) continue;
    std::vector<Disk> disks = enumerate_disks(sys, std::set{path.number});
    if (disks.empty()) continue;
    recall_inquiry(sys, disks.front());
    path.vendor = disks.front().path.vendor;
    path.product = disks.front().path.product;
    path.revision = disks.front().path.revision;
  }
}

/// enable_foreign is the pattern of multipath-tools' foreign libraries, of which "nvme" is one.
bool lists_native_nvme(const Configuration& configuration) {
  const Keyword& keyword = *find_keyword("enable_foreign", Section::defaults);
  const auto pattern = Pattern::compile(configuration.default_value(keyword).value);
  return pattern && pattern->matches("nvme");
}

}  // namespace

Listing list_maps(const Host& host, const std::vector<Target>& targets, Depth depth,
                  const DiscoveryOptions& discovery_options, ListedPaths listed) {
  Discovery discovery = discover_maps(
      host, discovery_options.configuration.hardware(), discovery_options, depth,
      [&](const CurrentMap& map) { return targets.empty() || any_matches(targets, map); }, listed);
  Listing listing{.maps = {},
                  .current = {},
                  .paths = {},
                  .findings = std::move(discovery.findings),
                  .unmatched = unmatched(targets, discovery.maps)};
  recall_excluded(host.sys, discovery.paths);
  const PathIndex known(discovery.paths);
  for (const CurrentMap& map : discovery.maps) listing.maps.push_back(topology_of(map, known));
  if (targets.empty() && lists_native_nvme(discovery_options.configuration))
    listing.native = find_native_namespaces(host);
  std::ranges::move(troubles_of(discovery.paths), std::back_inserter(listing.findings));
  std::ranges::move(findings_of_members(discovery.paths, discovery.maps),
                    std::back_inserter(listing.findings));
  listing.paths = std::move(discovery.paths);
  listing.current = std::move(discovery.maps);
  find_kept(discovery_options.configuration, listing);
  return listing;
}

namespace {

/// The whole host, or the units of the targets if their paths are the same.
Discovery discover_targets(const Host& host, const std::vector<Target>& targets,
                           const DiscoveryOptions& discovery_options) {
  const std::span<const HardwareEntry> hardware = discovery_options.configuration.hardware();
  const auto wanted = targets.empty() ? std::nullopt : units_named(host, targets);
  if (wanted) {
    auto found =
        discover_selected_units(host, hardware, discovery_options, *wanted, NeedDeviceMapper::no);
    if (found) return std::move(found->discovery);
  }
  return discover(host, hardware, discovery_options, NeedDeviceMapper::no);
}

}  // namespace

PathListing list_paths(const Host& host, const std::vector<Target>& targets,
                       const DiscoveryOptions& discovery_options) {
  PathListing listing{.discovery = discover_targets(host, targets, discovery_options),
                      .unmatched = {}};
  if (targets.empty()) return listing;
  std::vector<Path>& paths = listing.discovery.paths;
  std::set<DeviceNumber> of_named_maps;
  for (const Target& target : targets) {
    const auto is_named = [&](const CurrentMap& map) { return target.names(map); };
    const auto& maps = listing.discovery.maps;
    const auto map = std::ranges::find_if(maps, is_named);
    if (map != maps.end())
      std::ranges::copy(path_numbers(*map), std::inserter(of_named_maps, of_named_maps.end()));
    const auto is_meant = [&](const Path& path) { return target.matches(path); };
    if (map == maps.end() && std::ranges::none_of(paths, is_meant))
      listing.unmatched.push_back(target.word);
  }
  std::erase_if(paths, [&](const Path& path) {
    return !of_named_maps.contains(path.number) && !any_matches(targets, path);
  });
  return listing;
}

std::vector<Finding> troubles_of(std::span<const Path> paths) {
  std::vector<Finding> findings;
  for (const Path& path : paths) {
    if (path.trouble.empty()) continue;
    findings.push_back({path.excluded ? Finding::Severity::note : Finding::Severity::warning,
                        path.kname, path.trouble});
  }
  return findings;
}

}  // namespace multipath
