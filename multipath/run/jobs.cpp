#include "multipath/run/jobs.h"

#include <algorithm>
#include <functional>
#include <map>
#include <ostream>
#include <set>
#include <string_view>
#include <thread>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "multipath/command/report.h"
#include "multipath/config/bindings_file.h"
#include "multipath/config/wwids_file.h"
#include "multipath/discovery/enumerate.h"
#include "multipath/discovery/identify.h"
#include "multipath/discovery/native_nvme.h"
#include "multipath/discovery/unit_paths.h"
#include "multipath/host/current_maps.h"
#include "multipath/model/partition.h"
#include "multipath/planning/coalesce.h"
#include "multipath/planning/kept_settings.h"
#include "multipath/planning/last_resort.h"
#include "multipath/run/late_claims.h"
#include "multipath/run/late_partitions.h"
#include "multipath/run/transport_plan.h"
#include "multipath/view/text.h"

namespace multipath {
namespace {

template <typename T>
bool any_matches(const std::vector<Target>& targets, const T& value) {
  return std::ranges::any_of(targets, [&](const Target& target) { return target.matches(value); });
}

/// The words of those targets that match nothing of what there is.
template <typename... Ranges>
std::vector<std::string> unmatched(const std::vector<Target>& targets, const Ranges&... there) {
  std::vector<std::string> words;
  for (const Target& target : targets) {
    const auto matches = [&](const auto& value) { return target.matches(value); };
    if (!(std::ranges::any_of(there, matches) || ...)) words.push_back(target.word);
  }
  return words;
}

/// Does a target mean this map, of all that there are?
bool means(const Target& target, const CurrentMap& map, const std::vector<CurrentMap>& maps) {
  const bool is_a_name = std::ranges::find(maps, target.word, &CurrentMap::name) != maps.end();
  return is_a_name ? map.name == target.word : target.matches(map);
}

void append(std::vector<Finding>& findings, std::vector<Finding> more) {
  std::ranges::move(more, std::back_inserter(findings));
}

/// The units that targets speak of: by path, by map, or by WWID; and those whose maps have a path of
/// one of these, or the plan would not see that.
std::set<Wwid> units_of(const std::vector<Target>& targets, const Discovery& discovery) {
  std::set<Wwid> units;
  for (const Path& path : discovery.paths) {
    if (path.wwid && any_matches(targets, path)) units.insert(*path.wwid);
  }
  for (const CurrentMap& map : discovery.maps) {
    const auto wwid = wwid_of_map_uuid(map.uuid);
    if (wwid && any_matches(targets, map)) units.insert(*wwid);
  }
  std::map<DeviceNumber, const Path*> others;  // paths that do not go by the WWID of their map
  for (const Path& path : discovery.paths)
    if (path.wwid) others.emplace(path.number, &path);
  std::set<Wwid> related = units;
  for (const CurrentMap& map : discovery.maps) {
    const auto wwid = wwid_of_map_uuid(map.uuid);
    if (!wwid) continue;
    for (const DeviceNumber number : path_numbers(map)) {
      const auto path = others.find(number);
      if (path == others.end() || path->second->wwid == wwid) continue;
      if (units.contains(*wwid)) related.insert(*path->second->wwid);
      if (units.contains(*path->second->wwid)) related.insert(*wwid);
    }
  }
  return related;
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

/// multipathd's socket is there (proc(5), /proc/net/unix: the last word of a line is the path).
bool daemon_listens(const SysTree& proc) {
  return proc.read("net/unix").value_or("").find("@/org/kernel/linux/storage/multipathd") !=
         std::string::npos;
}

NewMaps new_maps_of(FindMultipaths mode) {
  switch (mode) {
    case FindMultipaths::off:
    case FindMultipaths::greedy:
      return NewMaps::any;
    case FindMultipaths::strict:
      return NewMaps::known;
    case FindMultipaths::on:
    case FindMultipaths::smart:
      break;
  }
  return NewMaps::two_paths;
}

/// The command line's whitelist rule beats the configuration's.
PlanningOptions with(const DiscoveryOptions& discovery_options, PlanningOptions planning_options) {
  planning_options.whitelist = discovery_options.whitelist.value_or(planning_options.whitelist);
  return planning_options;
}

DiscoveryOptions for_discovery(DiscoveryOptions discovery_options,
                               const PlanningOptions& planning_options) {
  discovery_options.configuration = planning_options.configuration;
  discovery_options.policy = planning_options.policy;
  return discovery_options;
}

Bindings bindings_of(Context& context, const Configuration& configuration) {
  if (context.host.state_files == nullptr) return {};
  const std::string file = configuration.globals().bindings_file.value;
  return parse_bindings(context.host.state_files->read(file).value_or(""), file);
}

/// Units that have a map, new or old, are those to be claimed at the next boot: a run that was killed may have made a map
/// and not come as far as this.
void remember_units(Context& context, const std::vector<Outcome>& outcomes,
                    const std::string& file) {
  StateFiles& files = *context.host.state_files;
  try {
    const std::vector<std::string> known = wwids_in(files.read(file).value_or(""));
    const std::set<std::string> remembered(known.begin(), known.end());
    std::vector<std::string> units;
    for (const Outcome& outcome : outcomes) {
      const Action& action = outcome.action;
      const bool has_map = action.current || action.verb == Verb::create;
      const std::string& wwid = action.desired.wwid.text();
      if (has_map && !outcome.failed() && !remembered.contains(wwid)) units.push_back(wwid);
    }
    if (units.empty()) return;
    files.update(file,
                 [&](const std::string& text) { return std::optional(with_wwids(text, units)); });
  } catch (const std::system_error& error) {
    // The maps are there; that they are not remembered matters at the next boot only.
    context.err << "multipath: " << printable(error.what()) << '\n';
  }
}

/// The map's paths, as far as they are known without a question to any.
std::vector<Path> recalled_paths(const Host& host, const CurrentMap& map) {
  std::vector<ScsiDisk> disks = enumerate_scsi_disks(host.sys, path_numbers(map));
  std::vector<Path> paths;
  for (ScsiDisk& disk : disks) {
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
    if (size && *size != map.size_sectors && !may_resize_in_passing(map, *size, resize.value))
      listing.kept.push_back(kept_size(map, *size, resize, {}));
  }
}

/// Maps that do not get their paths' size, with who uses them.
void report_kept_sizes(Context& context, const Configuration& configuration, const Plan& plan,
                       std::vector<Finding>& findings) {
  std::optional<DeviceUsers> users;
  for (const Action& action : plan.actions) {
    if (!action.other_size || !action.current) continue;
    if (!users) users.emplace(context.host);
    std::vector<std::string> texts;
    for (PathUser& user : users->of(fmt::format("dm-{}", action.current->number.minor)))
      texts.push_back(std::move(user.text));
    findings.push_back(
        kept_size(*action.current, *action.other_size, configuration.globals().auto_resize, texts));
  }
}

/// enable_foreign is the pattern of multipath-tools' foreign libraries, of which "nvme" is one.
bool lists_native_nvme(const Configuration& configuration) {
  const Keyword& keyword = *find_keyword("enable_foreign", Section::defaults);
  const auto pattern = Pattern::compile(configuration.default_value(keyword).value);
  return pattern && pattern->matches("nvme");
}

}  // namespace

Listing list_maps(Context& context, const std::vector<Target>& targets, Depth depth,
                  const DiscoveryOptions& discovery_options, ListedPaths listed) {
  Discovery discovery = discover_maps(
      context.host, discovery_options.configuration.hardware(), discovery_options, depth,
      [&](const CurrentMap& map) { return targets.empty() || any_matches(targets, map); }, listed);
  Listing listing{.maps = {},
                  .current = {},
                  .paths = {},
                  .findings = std::move(discovery.findings),
                  .unmatched = unmatched(targets, discovery.maps)};
  const PathIndex known(discovery.paths);
  for (const CurrentMap& map : discovery.maps) listing.maps.push_back(topology_of(map, known));
  if (targets.empty() && lists_native_nvme(discovery_options.configuration))
    listing.native = find_native_namespaces(context.host);
  append(listing.findings, troubles_of(discovery.paths));
  listing.paths = std::move(discovery.paths);
  listing.current = std::move(discovery.maps);
  find_kept(discovery_options.configuration, listing);
  return listing;
}

PlanningOptions make_planning_options(Context& context, const Configuration& configuration,
                                      const RunOptions& options) {
  const GlobalSettings globals = configuration.globals();
  PlanningOptions planning_options;
  planning_options.configuration = configuration;
  planning_options.policy = options.policy;
  planning_options.new_maps =
      options.every_unit ? NewMaps::any : new_maps_of(globals.find_multipaths.value);
  planning_options.whitelist = globals.whitelist.value;
  planning_options.force_reload = options.force_reload;
  planning_options.report_queueing =
      !options.queueing_is_known && !daemon_listens(context.host.proc);
  if (context.host.state_files != nullptr) {
    const auto text = context.host.state_files->read(globals.wwids_file.value);
    for (const std::string& known : wwids_in(text.value_or(""))) {
      if (auto wwid = Wwid::from_text(known)) planning_options.known_units.insert(std::move(*wwid));
    }
  }
  return planning_options;
}

namespace {

PlanRun plan_discovered(Context& context, Discovery discovery, const std::vector<Target>& targets,
                        const PlanningOptions& planning_options, NewBindings new_bindings) {
  const Configuration& configuration = planning_options.configuration;
  std::vector<TakenName> taken;
  for (const dm::Description& device : discovery.other_devices)
    taken.push_back({device.name, device.uuid});
  for (const CurrentMap& map : discovery.maps) taken.push_back({map.name, map.uuid});
  std::vector<std::string> unknown = unmatched(targets, discovery.paths, discovery.maps);
  if (!targets.empty()) narrow(targets, discovery);

  // Names are for the units that have or get a map; which those are, a first plan says.
  Plan unnamed = make_plan(discovery.paths, discovery.maps, taken, planning_options);
  const Bindings bindings = bindings_of(context, configuration);
  Naming naming = name_units(unnamed, taken, configuration, bindings, new_bindings);
  PlanningOptions named = planning_options;
  named.names.merge(naming.names);
  if (configuration.is_last_resort()) {
    // Whether user_friendly_names was on is not known; who has an alias had it on.
    for (const Binding& binding : bindings.list)
      if (auto wwid = Wwid::from_text(binding.wwid)) named.names.emplace(*wwid, binding.alias);
  }
  PlanRun planned{.plan = named.names == planning_options.names
                              ? std::move(unnamed)
                              : make_plan(discovery.paths, discovery.maps, taken, named),
                  .paths = {},
                  .maps = {},
                  .findings = std::move(discovery.findings),
                  .new_bindings = std::move(naming.new_bindings),
                  .unmatched = std::move(unknown),
                  .traces = std::move(discovery.traces)};
  if (configuration.is_last_resort()) keep_running_maps(planned.plan);
  plan_transport_limits(context.host.sys, configuration, planned.plan);
  append(planned.findings, troubles_of(discovery.paths));
  for (const Diagnostic& warning : bindings.warnings) {
    planned.findings.push_back({Finding::Severity::warning,
                                fmt::format("{}:{}", warning.place.file, warning.place.line),
                                warning.what});
  }
  append(planned.findings, std::move(naming.findings));
  append(planned.findings, planned.plan.findings);
  report_kept_sizes(context, configuration, planned.plan, planned.findings);
  planned.paths = std::move(discovery.paths);
  planned.maps = std::move(discovery.maps);
  return planned;
}

}  // namespace

PlanRun plan_maps(Context& context, const std::vector<Target>& targets,
                  const PlanningOptions& planning_options,
                  const DiscoveryOptions& discovery_options, NeedDeviceMapper need_device_mapper,
                  NewBindings new_bindings) {
  return plan_discovered(
      context,
      discover(context.host, planning_options.configuration.hardware(),
               for_discovery(discovery_options, planning_options), need_device_mapper),
      targets, with(discovery_options, planning_options), new_bindings);
}

PlanRun plan_units_of(Context& context, const std::set<DeviceNumber>& devices,
                      const PlanningOptions& planning_options,
                      const DiscoveryOptions& discovery_options) {
  std::vector<Target> targets;
  for (const DeviceNumber device : devices) targets.push_back({to_string(device), device});
  return plan_discovered(
      context,
      discover_units_of(context.host, planning_options.configuration.hardware(),
                        for_discovery(discovery_options, planning_options), devices),
      targets, with(discovery_options, planning_options), NewBindings::yes);
}

std::vector<Outcome> apply_planned(Context& context, const PlanRun& planned,
                                   const Configuration& configuration, dm::WaitForUdev wait) {
  StateFiles* files = context.host.state_files;
  const GlobalSettings globals = configuration.globals();
  if (files != nullptr && !planned.new_bindings.empty()) {
    files->update(globals.bindings_file.value, [&](const std::string& text) {
      return std::optional(with_bindings(text, planned.new_bindings));
    });
  }
  std::vector<Outcome> outcomes =
      apply(planned.plan, context.host.device_mapper, progress_on_terminal(context),
            {.sys = &context.host.sys, .sys_writer = context.host.sys_writer, .wait = wait});
  claim_late(context, outcomes);
  announce_late_partitions(context, outcomes);
  if (files != nullptr) remember_units(context, outcomes, globals.wwids_file.value);
  return outcomes;
}

Patience patience_for(const std::optional<int>& retries, const Configuration& configuration) {
  constexpr std::uint32_t most = 1'000'000;
  const std::uint32_t configured = configuration.globals().remove_retries.value;
  const int count = retries.value_or(static_cast<int>(std::min(configured, most)));
  return count > 0 ? Patience{count, std::chrono::seconds(1), true} : Patience{};
}

namespace {

/// Who uses a map and its partitions.
std::string users_of_map(const Host& host, const DeviceUsers& users, const FlushPlan& plan) {
  const auto kname_of = [](DeviceNumber number) { return fmt::format("dm-{}", number.minor); };
  std::vector<std::string> partitions;
  std::map<std::string, std::string> names;
  for (const std::string& partition : plan.partition_maps) {
    const auto description = host.device_mapper.describe(partition);
    if (!description) continue;
    partitions.push_back(kname_of(description->number));
    names.emplace(partitions.back(), partition);
  }
  std::vector<PathUser> all = users.of(kname_of(plan.map.number));
  std::erase_if(all, [&](const PathUser& user) { return names.contains(user.holder); });
  for (const std::string& partition : partitions) {
    for (PathUser& user : users.of(partition)) {
      user.text = names[partition] + " is " + user.text;
      all.push_back(std::move(user));
    }
  }
  return to_string(all);
}

std::vector<StackedDevice> stacked_devices(dm::DeviceMapper& device_mapper,
                                           std::vector<Finding>& findings) {
  std::vector<StackedDevice> devices;
  for (const dm::Description& device : read_all_devices(device_mapper, findings))
    devices.push_back({device.name, device.uuid, device.open_count});
  return devices;
}

/// Plans once more while the map is open, where the patience says so.
FlushPlan plan_patiently(dm::DeviceMapper& device_mapper, CurrentMap map,
                         const std::vector<StackedDevice>& devices, const Patience& patience) {
  FlushPlan plan = plan_flush(map, devices);
  if (!patience.waits_for_users) return plan;
  for (int retry = 0; !plan.busy.empty() && retry < patience.retries; ++retry) {
    std::this_thread::sleep_for(patience.pause);
    const auto now = device_mapper.describe(map.name);
    if (!now || now->uuid != map.uuid) break;  // the removal says what became of it
    map.open_count = now->open_count;
    std::vector<Finding> told_before;
    plan = plan_flush(map, stacked_devices(device_mapper, told_before));
  }
  return plan;
}

}  // namespace

Flushed flush_maps(Context& context, const std::vector<Target>& targets,
                   const FlushOptions& options) {
  dm::DeviceMapper& device_mapper = context.host.device_mapper;
  Flushed flushed;
  // By the uuid of the map that they are partition maps of.
  std::map<std::string, std::vector<StackedDevice>, std::less<>> partition_maps;
  for (StackedDevice& device : stacked_devices(device_mapper, flushed.findings)) {
    const std::string map(map_of_partition(device.uuid));
    if (!map.empty()) partition_maps[map].push_back(std::move(device));
  }
  const auto batch = device_mapper.begin_batch();
  const std::vector<CurrentMap> maps = read_maps(device_mapper, flushed.findings);
  flushed.unmatched = unmatched(targets, maps);
  const DeviceUsers device_users(context.host);
  const auto past_maps = uses_past_maps(context.host, device_users, maps);
  for (const CurrentMap& map : maps) {
    const bool wanted = targets.empty() || std::ranges::any_of(targets, [&](const Target& target) {
                          return means(target, map, maps);
                        });
    if (!wanted) continue;
    FlushPlan plan = plan_patiently(device_mapper, map, partition_maps[map.uuid], options.patience);
    // What is on a path is on the unit: with the map gone, nothing would say any more that it is.
    const auto past_map = past_maps.find(map.uuid);
    if (plan.busy.empty() && past_map != past_maps.end()) plan.busy = past_map->second;
    auto lost = lost_queueing(context.host, options.configuration, map);
    FlushOutcome outcome = apply_flush(plan, device_mapper, *batch, options.patience);
    if (lost && outcome.result == FlushResult::flushed)
      flushed.findings.push_back(std::move(*lost));
    if (outcome.result == FlushResult::busy) {
      const std::string users = users_of_map(context.host, device_users, plan);
      if (!users.empty()) outcome.error += ": " + users;
    }
    flushed.outcomes.push_back(std::move(outcome));
  }
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
