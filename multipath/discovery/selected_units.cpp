#include "multipath/discovery/selected_units.h"

#include <algorithm>
#include <map>
#include <utility>

#include "multipath/discovery/build_paths.h"
#include "multipath/discovery/membership.h"
#include "multipath/host/refinement.h"

namespace multipath {
namespace {

/// The disks to query: with the unit that a disk is recalled as a path of, or nothing for a disk
/// that could be one.
using Queried = std::map<DeviceNumber, std::optional<Wwid>>;

class Search {
 public:
  Search(const Membership& members, const std::vector<Disk>& disks)
      : members_(members), disks_(disks) {}

  /// Returns false if the units are not certain.
  bool find(const WantedUnits& wanted) { return find_units(wanted) && sort_disks(); }

  const std::set<Wwid>& units() const { return units_; }
  const Queried& queried() const { return queried_; }
  std::set<Wwid> take_other_units() { return std::move(other_units_); }

 private:
  bool find_units(const WantedUnits& wanted) {
    units_ = wanted.wwids;
    std::size_t found = 0;
    for (const Disk& disk : disks_) {
      if (!wanted.disks.contains(disk.path.number)) continue;
      const auto wwid = members_.recalled(disk);
      const std::set<Wwid>& of_maps = members_.maps_of(disk.path.number);
      if (!wwid || (!of_maps.empty() && of_maps != std::set{*wwid})) return false;
      units_.insert(*wwid);
      ++found;
    }
    return found == wanted.disks.size();
  }

  bool sort_disks() {
    for (const Disk& disk : disks_) {
      if (!sort(disk)) return false;
    }
    std::set<Wwid> present;
    std::set<std::uint64_t> luns;
    for (const Disk& disk : disks_) {
      const auto member = queried_.find(disk.path.number);
      if (member == queried_.end() || !member->second) continue;
      present.insert(*member->second);
      luns.insert(disk.path.address.lun);
    }
    for (const Disk& disk : disks_) {
      if (disk.path.bus() == Bus::scsi && luns.contains(disk.path.address.lun))
        queried_.try_emplace(disk.path.number, std::nullopt);
    }
    return present == units_;
  }

  /// Sorts a disk into a wanted unit, another unit, or disks that could belong to any. Returns false
  /// for a disk of a wanted unit in the map of another unit.
  bool sort(const Disk& disk) {
    const DeviceNumber number = disk.path.number;
    const std::set<Wwid>& of_maps = members_.maps_of(number);
    if (of_maps.empty()) {
      const Membership::Recalled recalled = members_.recall(disk);
      if (recalled.wwid && units_.contains(*recalled.wwid)) {
        queried_.emplace(number, recalled.wwid);
      } else if (recalled.wwid) {
        other_units_.insert(*recalled.wwid);
      } else if (!recalled.excluded) {
        queried_.emplace(number, std::nullopt);
      }
      return true;
    }
    if (of_maps.size() > 1) return false;
    const Wwid& unit = *of_maps.begin();
    if (units_.contains(unit)) {
      queried_.emplace(number, unit);
      return true;
    }
    other_units_.insert(unit);
    if (!other_maps_.insert(unit).second) return true;
    // Does the map go by a WWID of another program's rule?
    const auto recalled = members_.recalled(disk);
    return !recalled || !units_.contains(*recalled);
  }

  const Membership& members_;
  const std::vector<Disk>& disks_;
  std::set<Wwid> units_, other_units_;
  std::set<Wwid> other_maps_;  ///< whose WWIDs were compared with a disk's
  Queried queried_;
};

/// Did the path answer as recalled? A blacklisted path may have no WWID.
bool answers_as_recalled(const Path& path, const std::optional<Wwid>& recalled,
                         const std::set<Wwid>& units) {
  if (path.name_of_map) return false;
  if (!recalled) return !path.wwid || !units.contains(*path.wwid);
  return path.wwid == recalled || (path.excluded && !path.wwid);
}

}  // namespace

std::optional<SelectedUnits> discover_selected_units(const Host& host,
                                                     std::span<const HardwareEntry> hardware,
                                                     const DiscoveryOptions& discovery_options,
                                                     const WantedUnits& wanted,
                                                     NeedDeviceMapper need_device_mapper) {
  const Configuration& configuration = discovery_options.configuration;
  // Recalling does not find the protocols of disks.
  if (names_units_by_udev(configuration) && !configuration.protocols().empty()) return std::nullopt;
  SelectedUnits found;
  Discovery& discovery = found.discovery;
  read_device_mapper(host.device_mapper, need_device_mapper, discovery);
  std::vector<Disk> disks = enumerate_disks(host.sys, std::nullopt);
  const Membership members(host, hardware, configuration, discovery.maps);
  Search search(members, disks);
  {
    const Refinement refinement(host.leniency);
    if (!search.find(wanted)) return std::nullopt;
  }
  const Queried& queried = search.queried();
  std::erase_if(disks, [&](const Disk& disk) { return !queried.contains(disk.path.number); });
  const PathBuilder builder(host, hardware, discovery_options, discovery.maps);
  discovery.paths = builder.for_plan(std::move(disks), discovery.traces);
  for (const Path& path : discovery.paths) {
    if (!answers_as_recalled(path, queried.at(path.number), search.units())) return std::nullopt;
  }
  std::erase_if(discovery.paths, [&](const Path& path) { return !queried.at(path.number); });
  found.units = search.units();
  found.other_units = search.take_other_units();
  return found;
}

}  // namespace multipath
