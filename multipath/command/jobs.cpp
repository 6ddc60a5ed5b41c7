#include "multipath/command/jobs.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "multipath/command/report.h"
#include "multipath/config/hardware_table.h"
#include "multipath/discovery/current_maps.h"
#include "multipath/discovery/device_users.h"

namespace multipath {
namespace {

template <typename T>
bool any_matches(const std::vector<Target>& targets, const T& value) {
  return std::ranges::any_of(targets, [&](const Target& target) { return target.matches(value); });
}

void append(std::vector<Finding>& findings, std::vector<Finding> more) {
  std::ranges::move(more, std::back_inserter(findings));
}

/// The units that targets speak of: by path, by map, or by WWID.
std::set<Wwid> units_of(const std::vector<Target>& targets, const Discovery& discovery) {
  std::set<Wwid> units;
  for (const Path& path : discovery.paths) {
    if (path.wwid && any_matches(targets, path)) units.insert(*path.wwid);
  }
  for (const CurrentMap& map : discovery.maps) {
    const auto wwid = wwid_of_map_uuid(map.uuid);
    if (wwid && any_matches(targets, map)) units.insert(*wwid);
  }
  return units;
}

void narrow(const std::vector<Target>& targets, Discovery& discovery) {
  const std::set<Wwid> units = units_of(targets, discovery);
  std::erase_if(discovery.paths, [&](const Path& path) {
    return path.wwid ? !units.contains(*path.wwid) : !any_matches(targets, path);
  });
  std::erase_if(discovery.maps, [&](const CurrentMap& map) {
    const auto wwid = wwid_of_map_uuid(map.uuid);
    return !wwid || !units.contains(*wwid);
  });
}

}  // namespace

Listing list_maps(Context& context, const std::vector<Target>& targets, Depth depth,
                  const Questions& questions) {
  Discovery discovery = discover_maps(
      context.host, built_in_hardware(), questions, depth,
      [&](const CurrentMap& map) { return targets.empty() || any_matches(targets, map); });
  Listing listing{.maps = {}, .paths = {}, .findings = std::move(discovery.findings)};
  for (const CurrentMap& map : discovery.maps)
    listing.maps.push_back(topology_of(map, discovery.paths));
  append(listing.findings, troubles_of(discovery.paths));
  listing.paths = std::move(discovery.paths);
  return listing;
}

Planned plan_maps(Context& context, const std::vector<Target>& targets, const Wishes& wishes,
                  const Questions& questions, NeedDeviceMapper need_device_mapper) {
  Discovery discovery = discover(context.host, built_in_hardware(), questions, need_device_mapper);
  std::vector<TakenName> taken;
  for (const dm::Description& device : discovery.other_devices)
    taken.push_back({device.name, device.uuid});
  for (const CurrentMap& map : discovery.maps) taken.push_back({map.name, map.uuid});
  if (!targets.empty()) narrow(targets, discovery);

  Planned planned{.plan = make_plan(discovery.paths, discovery.maps, taken, wishes),
                  .paths = {},
                  .findings = std::move(discovery.findings)};
  append(planned.findings, troubles_of(discovery.paths));
  append(planned.findings, planned.plan.findings);
  planned.paths = std::move(discovery.paths);
  return planned;
}

Flushed flush_maps(Context& context, const std::vector<Target>& targets, const Patience& patience) {
  dm::DeviceMapper& device_mapper = context.host.device_mapper;
  Flushed flushed;
  std::vector<StackedDevice> devices;
  for (const dm::Description& device : read_all_devices(device_mapper, flushed.findings)) {
    devices.push_back({device.name, device.uuid, device.open_count});
  }
  const auto batch = device_mapper.begin_batch();
  for (const CurrentMap& map : read_maps(device_mapper, flushed.findings)) {
    if (!targets.empty() && !any_matches(targets, map)) continue;
    FlushPlan plan = plan_flush(map, devices);
    FlushOutcome outcome = apply_flush(plan, device_mapper, *batch, patience);
    if (outcome.result == FlushResult::busy) {
      std::vector<std::string> users = users_of(context.host, map.number);
      for (const std::string& partition : plan.partition_maps) {
        const auto description = device_mapper.describe(partition);
        if (!description) continue;
        for (const std::string& user : users_of(context.host, description->number)) {
          users.push_back(partition + " is " + user);
        }
      }
      if (!users.empty()) outcome.error += fmt::format(": {}", fmt::join(users, ", "));
    }
    flushed.outcomes.push_back(std::move(outcome));
  }
  batch->wait();
  return flushed;
}

}  // namespace multipath
