#include "multipath/discovery/build_paths.h"

#include <algorithm>

#include <fmt/format.h>

#include "multipath/config/configuration.h"
#include "multipath/discovery/kernel_disk.h"
#include "multipath/discovery/map_identity.h"
#include "multipath/discovery/udev_identity.h"
#include "multipath/discovery/unit_paths.h"
#include "multipath/holders/device_users.h"
#include "multipath/host/refinement.h"

namespace multipath {
namespace {

/// A path that gave no identity but is in a map keeps that map's: it must not fall out of it for
/// being silent.
void recall_from_maps(const std::vector<CurrentMap>& maps, std::vector<Disk>& disks) {
  std::map<DeviceNumber, Wwid> owner;
  for (const CurrentMap& map : maps) {
    const auto wwid = wwid_of_map_uuid(map.uuid);
    if (!wwid) continue;
    for (const DeviceNumber number : path_numbers(map)) owner.emplace(number, *wwid);
  }
  for (Disk& disk : disks) {
    const auto found = owner.find(disk.path.number);
    if (disk.path.wwid || disk.path.answered || found == owner.end()) continue;
    disk.path.wwid = found->second;
    disk.path.identity_source = IdentitySource::map_uuid;
    disk.trace.record([&] {
      return passed("identity", "silent, but a path of the map of " + found->second.text() +
                                    ": it keeps that WWID");
    });
  }
}

std::vector<Path> paths_of(std::vector<Disk>&& disks) {
  std::vector<Path> paths;
  paths.reserve(disks.size());
  for (Disk& disk : disks) paths.push_back(std::move(disk.path));
  return paths;
}

/// Protocol and properties, where a blacklist rule or a protocol section compares them.
void find_rule_facts(const Host& host, const Configuration& configuration, Disk& disk) {
  const Blacklist& blacklist = configuration.blacklist();
  const auto has = [&](RuleKind kind) {
    return std::ranges::find(blacklist.rules(), kind, &BlacklistRule::kind) !=
               blacklist.rules().end() ||
           std::ranges::find(blacklist.exceptions(), kind, &BlacklistRule::kind) !=
               blacklist.exceptions().end();
  };
  if (has(RuleKind::protocol) || !configuration.protocols().empty()) find_protocol(host.sys, disk);
  if (!has(RuleKind::property)) return;
  if (const auto properties = host.udev.properties(disk.path.number)) {
    disk.properties.emplace();
    for (const auto& [name, value] : *properties) disk.properties->push_back(name);
  }
}

/// A blacklisted disk is never a path of a map, but a path of its unit: its users use the unit.
void add_users_of_excluded(const Host& host, std::vector<Disk>& disks) {
  std::multimap<Wwid, PathUser> uses;
  std::optional<UnitRecall> units;
  for (const Disk& disk : disks) {
    if (!disk.path.excluded || disk.path.users.empty()) continue;
    if (!units) units.emplace(host);
    const auto path = units->path(disk.path.number);
    if (!path) continue;
    for (const PathUser& user : disk.path.users) {
      uses.emplace(*path->wwid, PathUser{"",
                                         fmt::format("in use through {}, which is never a path of "
                                                     "a map: {}",
                                                     disk.path.kname, user.text),
                                         user.runs_host, true});
    }
  }
  if (uses.empty()) return;
  for (Disk& disk : disks) {
    if (!disk.path.wwid || disk.path.excluded) continue;
    const auto [first, last] = uses.equal_range(*disk.path.wwid);
    for (auto use = first; use != last; ++use) disk.path.users.push_back(use->second);
  }
}

std::set<DeviceNumber> disks_used_past_maps(const Host& host, const DeviceUsers& users) {
  const Refinement refinement(host.leniency);
  const auto disks = users.disks_in_use();
  return {disks.begin(), disks.end()};
}

}  // namespace

PathBuilder::PathBuilder(const Host& host, std::span<const HardwareEntry> hardware,
                         const DiscoveryOptions& discovery_options,
                         const std::vector<CurrentMap>& maps)
    : host_(host), hardware_(hardware), options_(discovery_options), maps_(maps) {}

void PathBuilder::describe_for_plan(std::vector<Disk>& disks) const {
  find_sg_nodes(host_.sys, disks);
  std::set<DeviceNumber> in_maps;
  for (const CurrentMap& map : maps_) in_maps.merge(path_numbers(map));
  std::optional<DeviceUsers> users;
  std::optional<std::set<DeviceNumber>> used_past_maps;
  for (Disk& disk : disks) {
    describe(host_.sys, disk);
    find_write_protection(host_.sys, disk);
    find_hardware_handler(host_.sys, disk);
    find_rule_facts(host_, options_.configuration, disk);
    if (!users) users.emplace(host_);
    // A path of a map is held by that map: only few have other users.
    if (in_maps.contains(disk.path.number)) {
      if (!used_past_maps) used_past_maps = disks_used_past_maps(host_, *users);
      if (!used_past_maps->contains(disk.path.number)) continue;
    }
    users->find(disk.path, disk.sysfs, disk.partitions);
  }
}

void PathBuilder::ask(const DiscoveryOptions& asked, std::vector<Disk>& disks) const {
  multipath::identify(host_.sys, host_.scsi, hardware_, asked, disks);
  identify_kernel_disks(host_, hardware_, asked, disks);
}

std::vector<Path> PathBuilder::for_plan(
    std::vector<Disk> disks, std::map<DeviceNumber, std::vector<Decision>>& traces) const {
  describe_for_plan(disks);
  DiscoveryOptions asked = options_;
  // A disk that only udev can name is also asked for its state.
  if (names_units_by_udev(options_.configuration)) asked.state_of = StateOf::all;
  ask(asked, disks);
  for (Disk& disk : disks) take_udev_identity(host_.udev, options_.configuration, disk);
  take_map_identities(host_, hardware_, asked, maps_, disks);
  add_users_of_excluded(host_, disks);
  recall_from_maps(maps_, disks);
  if (options_.tracing == Tracing::yes) {
    for (const Disk& disk : disks) traces[disk.path.number] = disk.trace.decisions();
  }
  return paths_of(std::move(disks));
}

std::vector<Path> PathBuilder::for_listing(std::vector<Disk> disks, Depth depth) const {
  if (depth == Depth::ask) find_sg_nodes(host_.sys, disks);
  for (Disk& disk : disks) {
    describe(host_.sys, disk);
    if (depth == Depth::ask) {
      find_hardware_handler(host_.sys, disk);
    } else {
      recall_inquiry(host_.sys, disk);
      if (!takes_io(disk.path.state)) disk.path.checker_state = CheckerState::faulty;
    }
  }
  if (depth == Depth::ask) {
    DiscoveryOptions asked = options_;
    asked.state_of = StateOf::all;
    ask(asked, disks);
    take_map_identities(host_, hardware_, asked, maps_, disks);
  }
  recall_from_maps(maps_, disks);
  return paths_of(std::move(disks));
}

}  // namespace multipath
