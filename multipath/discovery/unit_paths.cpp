#include "multipath/discovery/unit_paths.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "multipath/holders/identity.h"
#include "multipath/model/natural_order.h"

namespace multipath {
namespace {

/// Which paths may be one unit beside their WWID: planning's guard.
bool may_be_one(const Path& one, const Path& other) {
  const bool same_size =
      one.size_sectors == 0 || other.size_sectors == 0 || one.size_sectors == other.size_sectors;
  return same_size && std::tie(one.vendor, one.product) == std::tie(other.vendor, other.product);
}

bool is_map(const SysTree& sys, const std::string& kname) {
  return block_attribute(sys, kname, "dm/uuid").value_or("").starts_with(map_uuid_prefix);
}

/// The disks of the unit's map: those below it, or the disk itself without one.
std::set<std::string, NaturalLess> paths_of_map(const SysTree& sys, const std::string& kname) {
  std::set<std::string, NaturalLess> paths;
  const auto add_paths = [&](const std::string& map) {
    const auto lower = linked_devices(sys, map, "slaves");
    paths.insert(lower.begin(), lower.end());
  };
  if (is_map(sys, kname)) {
    add_paths(kname);
    return paths;
  }
  paths.insert(kname);
  for (const std::string& holder : linked_devices(sys, kname, "holders")) {
    if (is_map(sys, holder)) add_paths(holder);
  }
  return paths;
}

}  // namespace

UnitRecall::UnitRecall(const Host& host)
    : host_(host), hardware_(options_.configuration.hardware()) {}

void UnitRecall::recall(Disk& disk) {
  const Refinement refinement(host_.leniency);
  describe(host_.sys, disk);
  recall_identity(host_.sys, hardware_, options_, disk);
}

std::optional<Path> UnitRecall::path(DeviceNumber number) {
  const Refinement refinement(host_.leniency);
  std::vector<Disk> disks = enumerate_disks(host_.sys, std::set{number});
  if (disks.empty()) return std::nullopt;
  recall(disks.front());
  Path path = std::move(disks.front().path);
  return path.wwid ? std::optional(std::move(path)) : std::nullopt;
}

std::vector<std::string> paths_of_unit(const Host& host, const std::string& kname) {
  const Refinement refinement(host.leniency);
  auto paths = paths_of_map(host.sys, kname);
  UnitRecall units(host);
  std::vector<Path> others;
  std::vector<Path> known;
  for (Disk& disk : enumerate_disks(host.sys, std::nullopt)) {
    units.recall(disk);
    if (!disk.path.wwid) continue;
    (paths.contains(disk.path.kname) ? known : others).push_back(std::move(disk.path));
  }
  for (const Path& other : others) {
    const bool is_one = std::ranges::any_of(known, [&](const Path& path) {
      return path.wwid == other.wwid && may_be_one(path, other);
    });
    if (is_one) paths.insert(other.kname);
  }
  return {paths.begin(), paths.end()};
}

HolderGraph discover_holders(const Host& host, const std::vector<std::string>& knames) {
  return discover_holders(host, knames,
                          [&](const std::string& kname) { return paths_of_unit(host, kname); });
}

std::map<std::string, std::string> uses_past_maps(const Host& host, const DeviceUsers& users,
                                                  std::span<const CurrentMap> maps) {
  const Refinement refinement(host.leniency);
  std::map<std::string, std::string> uses;
  std::map<DeviceNumber, const CurrentMap*> owners;
  for (const CurrentMap& map : maps) {
    for (const DeviceNumber number : path_numbers(map)) owners.emplace(number, &map);
  }
  UnitRecall units(host);
  std::map<Wwid, std::string> of_units;
  for (const DeviceNumber number : users.disks_in_use()) {
    const auto folder = folder_of_disk(host.sys, number);
    if (!folder) continue;
    const std::string kname = folder->substr(folder->rfind('/') + 1);
    auto its = users.of_disk(kname, partitions_of(host.sys, kname));
    const auto owner = owners.find(number);
    std::erase_if(its, [&](const PathUser& user) {
      return user.of_unit || (!user.holder.empty() && is_map(host.sys, user.holder));
    });
    if (its.empty()) continue;
    const std::string text = to_string(its);
    if (owner != owners.end()) {
      uses.emplace(owner->second->uuid, fmt::format("its path {} is in use: {}", kname, text));
    } else if (const auto path = units.path(number)) {
      of_units.emplace(*path->wwid,
                       fmt::format("{}, another path of the unit, is in use: {}", kname, text));
    }
  }
  if (of_units.empty()) return uses;
  for (const auto& [number, map] : owners) {
    const auto path = units.path(number);
    const auto found = path ? of_units.find(*path->wwid) : of_units.end();
    if (found != of_units.end()) uses.emplace(map->uuid, found->second);
  }
  return uses;
}

std::string to_string(std::span<const PathUser> users) {
  std::vector<std::string_view> texts;
  for (const PathUser& user : users) texts.emplace_back(user.text);
  return fmt::format("{}", fmt::join(texts, ", "));
}

}  // namespace multipath
