#include "multipath/run/flush_run.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "multipath/discovery/enumerate.h"
#include "multipath/discovery/identify.h"
#include "multipath/discovery/unit_paths.h"
#include "multipath/host/current_maps.h"
#include "multipath/model/open_files.h"
#include "multipath/model/partition.h"
#include "multipath/planning/coalesce.h"

namespace multipath {
namespace {

/// Does a target mean this map, of all that there are?
bool means(const Target& target, const CurrentMap& map, const std::vector<CurrentMap>& maps) {
  const bool is_a_name = std::ranges::find(maps, target.word, &CurrentMap::name) != maps.end();
  return is_a_name ? map.name == target.word : target.names(map);
}

/// A text for each target that names no map.
std::vector<Finding> without_map(const std::vector<Target>& targets,
                                 const std::vector<CurrentMap>& maps) {
  std::vector<Finding> findings;
  for (const Target& target : targets) {
    if (std::ranges::any_of(maps, [&](const CurrentMap& map) { return target.names(map); }))
      continue;
    const auto of_path =
        std::ranges::find_if(maps, [&](const CurrentMap& map) { return target.matches(map); });
    findings.push_back({Finding::Severity::error, target.word,
                        of_path == maps.end()
                            ? "no multipath map of that name; `multipath show maps` lists the maps"
                            : fmt::format("{}; `multipath flush {}` removes the map",
                                          path_instead_of_map(*of_path), of_path->name)});
  }
  return findings;
}

/// The map's paths, as far as they are known without a question to any.
std::vector<Path> recalled_paths(const Host& host, const CurrentMap& map) {
  std::vector<Disk> disks = enumerate_disks(host.sys, path_numbers(map));
  std::vector<Path> paths;
  for (Disk& disk : disks) {
    recall_inquiry(host.sys, disk);
    paths.push_back(std::move(disk.path));
  }
  return paths;
}

/// What is lost with a map that was told to queue at run time: one that is made again will not.
std::optional<Finding> lost_queueing(const Host& host, const Configuration& configuration,
                                     const CurrentMap& map) {
  const auto wwid = wwid_of_map_uuid(map.uuid);
  if (!wwid || !queues_if_no_path(map.table)) return std::nullopt;
  const auto& retry =
      configuration.settings_for_unit(subject_of_unit(*wwid, recalled_paths(host, map)))
          .no_path_retry;
  if (retry.value && retry.value->kind != NoPathRetry::Kind::fail) return std::nullopt;
  return Finding{
      Finding::Severity::warning, map.name,
      fmt::format(
          "queues because `multipath queue on` was used; a map made again does not queue, as "
          "no_path_retry is {} ({})",
          retry.value ? to_string(*retry.value) : "not set", to_string(retry.origin))};
}

using HoldersByName = std::map<std::string_view, const Holder*>;

/// "busybox, pid 812", each process that has the device open.
std::vector<PathUser> processes_of(const HoldersByName& holders, const std::string& kname) {
  std::vector<PathUser> processes;
  const auto node = holders.find(kname);
  if (node == holders.end()) return processes;
  for (const OpenFiles& open : open_files_of(node->second->openers)) {
    if (open.of_device && open.process.pid != 0)
      processes.push_back({.holder = "", .text = users_text(open)});
  }
  return processes;
}

/// Who uses a map and its partitions. `holders` have the processes.
std::string users_of_map(const Host& host, const DeviceUsers& users, const HoldersByName& holders,
                         const FlushPlan& plan) {
  const auto kname_of = [](DeviceNumber number) { return fmt::format("dm-{}", number.minor); };
  std::vector<std::string> partitions;
  std::map<std::string, std::string> names;
  for (const std::string& partition : plan.partition_maps) {
    const auto description = host.device_mapper.describe(partition);
    if (!description) continue;
    partitions.push_back(kname_of(description->number));
    names.emplace(partitions.back(), partition);
  }
  std::vector<PathUser> all;
  const auto add = [&](std::vector<PathUser> found, const std::string& prefix) {
    for (PathUser& user : found) {
      // swapon(2) opens a device twice (mm/swapfile.c).
      if (user.text == "swap") user.text = "swap, which opens it twice";
      user.text = prefix + user.text;
      if (!names.contains(user.holder)) all.push_back(std::move(user));
    }
  };
  const std::string map = kname_of(plan.map.number);
  add(users.of(map), "");
  add(processes_of(holders, map), "");
  for (const std::string& partition : partitions) {
    add(users.of(partition), names[partition] + " is ");
    add(processes_of(holders, partition), names[partition] + " is open by ");
  }
  return to_string(all);
}

/// A map that was not flushed, and the place of its outcome.
struct BusyMap {
  FlushPlan plan;
  std::size_t outcome;
};

/// Names the users of busy maps, all with one look at the processes.
void name_users(const Host& host, const DeviceUsers& device_users, const std::vector<BusyMap>& busy,
                std::vector<FlushOutcome>& outcomes) {
  if (busy.empty()) return;
  std::vector<std::string> knames;
  for (const BusyMap& map : busy) knames.push_back(fmt::format("dm-{}", map.plan.map.number.minor));
  const HolderGraph graph = discover_holders(host, knames);
  HoldersByName holders;
  for (const Holder& node : graph.nodes) holders.emplace(node.kname, &node);
  for (const BusyMap& map : busy) {
    const std::string users = users_of_map(host, device_users, holders, map.plan);
    if (!users.empty()) outcomes[map.outcome].error += ": " + users;
  }
}

std::vector<StackedDevice> stacked_devices(dm::DeviceMapper& device_mapper,
                                           std::vector<Finding>& findings) {
  std::vector<StackedDevice> devices;
  for (const dm::Description& device : read_all_devices(device_mapper, findings))
    devices.push_back({device.name, device.uuid, device.open_count});
  return devices;
}

/// Plans once more while the map is open, where the patience says so.
FlushPlan plan_patiently(dm::DeviceMapper& device_mapper, Clock& clock, CurrentMap map,
                         const std::vector<StackedDevice>& devices,
                         const RemovalRetries& patience) {
  FlushPlan plan = plan_flush(map, devices);
  if (!patience.waits_for_users) return plan;
  for (int retry = 0; !plan.busy.empty() && retry < patience.retries; ++retry) {
    clock.sleep(patience.pause);
    const auto now = device_mapper.describe(map.name);
    if (!now || now->uuid != map.uuid) break;  // the removal says what became of it
    map.open_count = now->open_count;
    std::vector<Finding> told_before;
    plan = plan_flush(map, stacked_devices(device_mapper, told_before));
  }
  return plan;
}

}  // namespace

RemovalRetries patience_for(const std::optional<int>& retries, const Configuration& configuration) {
  constexpr std::uint32_t most = 1'000'000;
  const std::uint32_t configured = configuration.globals().remove_retries.value;
  const int count = retries.value_or(static_cast<int>(std::min(configured, most)));
  return count > 0 ? RemovalRetries{count, std::chrono::seconds(1), true} : RemovalRetries{};
}

Flushed flush_maps(Host& host, const std::vector<Target>& targets, const FlushOptions& options) {
  dm::DeviceMapper& device_mapper = host.device_mapper;
  Flushed flushed;
  // By the uuid of the map that they are partition maps of.
  std::map<std::string, std::vector<StackedDevice>, std::less<>> partition_maps;
  for (StackedDevice& device : stacked_devices(device_mapper, flushed.findings)) {
    const std::string map(map_of_partition(device.uuid));
    if (!map.empty()) partition_maps[map].push_back(std::move(device));
  }
  const auto batch = device_mapper.begin_batch();
  const std::vector<CurrentMap> maps = read_maps(device_mapper, flushed.findings);
  flushed.unmatched = without_map(targets, maps);
  const DeviceUsers device_users(host);
  const auto past_maps = uses_past_maps(host, device_users, maps);
  std::vector<BusyMap> busy;
  for (const CurrentMap& map : maps) {
    const bool wanted = targets.empty() || std::ranges::any_of(targets, [&](const Target& target) {
                          return means(target, map, maps);
                        });
    if (!wanted) continue;
    FlushPlan plan =
        plan_patiently(device_mapper, host.clock, map, partition_maps[map.uuid], options.patience);
    // What is on a path is on the unit: with the map gone, nothing would say any more that it is.
    const auto past_map = past_maps.find(map.uuid);
    if (plan.busy.empty() && past_map != past_maps.end()) plan.busy = past_map->second;
    auto lost = lost_queueing(host, options.configuration, map);
    FlushOutcome outcome = apply_flush(plan, device_mapper, *batch, host.clock, options.patience);
    if (lost && outcome.result == FlushResult::flushed)
      flushed.findings.push_back(std::move(*lost));
    if (outcome.result == FlushResult::busy)
      busy.push_back({std::move(plan), flushed.outcomes.size()});
    flushed.outcomes.push_back(std::move(outcome));
  }
  name_users(host, device_users, busy, flushed.outcomes);
  // A map that could not be read was not flushed either.
  if (targets.empty() && !flushed.findings.empty()) {
    std::set<std::string_view> known;
    for (const CurrentMap& map : maps) known.insert(map.name);
    for (const dm::Device& device : device_mapper.list()) {
      if (!known.contains(device.name) && device.uuid.value_or("").starts_with(map_uuid_prefix))
        flushed.outcomes.push_back({device.name, FlushResult::failed, "it could not be read"});
    }
  }
  batch->wait();
  return flushed;
}

}  // namespace multipath
