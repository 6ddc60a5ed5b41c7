#include "multipath/run/plan_run.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "multipath/config/bindings_file.h"
#include "multipath/discovery/transport_facts.h"
#include "multipath/holders/device_users.h"
#include "multipath/planning/kept_settings.h"
#include "multipath/planning/map_findings.h"
#include "multipath/planning/transport_plan.h"
#include "multipath/run/known_units.h"
#include "multipath/run/list_maps.h"

namespace multipath {
namespace {

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

/// What sysfs has now of the transports of the paths whose maps get a table.
TransportFacts transport_facts(const SysTree& sys, const Configuration& configuration,
                               const Plan& plan) {
  TransportFactsReader reader(sys, configuration);
  for (const Action& action : plan.actions) {
    if (!loads_table(action.verb)) continue;
    for (const PathGroup& group : action.desired.groups)
      for (const Path& path : group.paths) reader.read(path, action.desired.wwid, action.current);
  }
  return reader.facts();
}

Bindings bindings_of(const Host& host, const Configuration& configuration) {
  const std::string file = configuration.globals().bindings_file.value;
  return parse_bindings(host.state_files->read(file).value_or(""), file);
}

/// Maps that do not get their paths' size, with who uses them.
void report_kept_sizes(const Host& host, const Configuration& configuration, const Plan& plan,
                       std::vector<Finding>& findings) {
  std::optional<DeviceUsers> users;
  for (const Action& action : plan.actions) {
    if (!action.other_size || !action.current) continue;
    if (!users) users.emplace(host);
    std::vector<std::string> texts;
    for (PathUser& user : users->of(fmt::format("dm-{}", action.current->number.minor)))
      texts.push_back(std::move(user.text));
    findings.push_back(
        kept_size(*action.current, *action.other_size, configuration.globals().auto_resize, texts));
  }
}

}  // namespace

PlanningOptions make_planning_options(const Host& host, const DiscoveryOptions& discovery_options,
                                      const RunOptions& options) {
  const Configuration& configuration = discovery_options.configuration;
  PlanningOptions planning_options;
  planning_options.configuration = configuration;
  planning_options.policy = discovery_options.policy;
  planning_options.every_unit = options.every_unit;
  planning_options.whitelist = discovery_options.whitelist;
  planning_options.force_reload = options.force_reload;
  planning_options.report_queueing = !options.queueing_is_known && !daemon_listens(host.proc);
  planning_options.known_units = known_units(host, configuration);
  return planning_options;
}

namespace {

std::vector<TakenName> taken_names(const Discovery& discovery) {
  std::vector<TakenName> taken;
  for (const dm::Description& device : discovery.other_devices)
    taken.push_back({device.name, device.uuid});
  for (const CurrentMap& map : discovery.maps) taken.push_back({map.name, map.uuid});
  return taken;
}

PlanRun plan_discovered(const Host& host, Discovery discovery, const std::vector<Target>& targets,
                        const PlanningOptions& planning_options, NewBindings new_bindings) {
  const Configuration& configuration = planning_options.configuration;
  const std::vector<TakenName> taken = taken_names(discovery);
  std::vector<std::string> unknown = unmatched(targets, discovery.paths, discovery.maps);
  if (!targets.empty()) narrow(targets, discovery);

  // Names are for the units that have or get a map; which those are, a first plan says.
  Plan unnamed = make_plan(discovery.paths, discovery.maps, taken, planning_options);
  const Bindings bindings = bindings_of(host, configuration);
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
  std::ranges::move(actions_of_excluded_maps(discovery.maps, discovery.paths, planned.plan),
                    std::back_inserter(planned.plan.actions));
  plan_transport_limits(planned.plan, configuration,
                        transport_facts(host.sys, configuration, planned.plan));
  append(planned.findings, troubles_of(discovery.paths));
  for (const Diagnostic& warning : bindings.warnings) {
    planned.findings.push_back({Finding::Severity::warning,
                                fmt::format("{}:{}", warning.place.file, warning.place.line),
                                warning.what});
  }
  append(planned.findings, std::move(naming.findings));
  append(planned.findings, planned.plan.findings);
  report_kept_sizes(host, configuration, planned.plan, planned.findings);
  planned.paths = std::move(discovery.paths);
  planned.maps = std::move(discovery.maps);
  return planned;
}

}  // namespace

PlanRun plan_maps(const Host& host, const std::vector<Target>& targets,
                  const PlanningOptions& planning_options,
                  const DiscoveryOptions& discovery_options, NeedDeviceMapper need_device_mapper,
                  NewBindings new_bindings) {
  return plan_discovered(host,
                         discover(host, planning_options.configuration.hardware(),
                                  discovery_options, need_device_mapper),
                         targets, planning_options, new_bindings);
}

PlanRun plan_units_of(const Host& host, const std::set<DeviceNumber>& devices,
                      const PlanningOptions& planning_options,
                      const DiscoveryOptions& discovery_options) {
  std::vector<Target> targets;
  for (const DeviceNumber device : devices) targets.push_back({to_string(device), device});
  return plan_discovered(host,
                         discover_units_of(host, planning_options.configuration.hardware(),
                                           discovery_options, devices),
                         targets, planning_options, NewBindings::yes);
}

std::optional<PlanRun> plan_selected_units(const Host& host, const WantedUnits& wanted,
                                           const PlanningOptions& planning_options,
                                           const DiscoveryOptions& discovery_options) {
  const Configuration& configuration = planning_options.configuration;
  if (configuration.is_last_resort()) return std::nullopt;
  auto found = discover_selected_units(host, configuration.hardware(), discovery_options, wanted,
                                       NeedDeviceMapper::no);
  if (!found) return std::nullopt;
  const Discovery& discovery = found->discovery;
  if (!are_names_certain(found->units, found->other_units, taken_names(discovery), configuration,
                         bindings_of(host, configuration)))
    return std::nullopt;
  PlanRun planned =
      plan_discovered(host, std::move(found->discovery), {}, planning_options, NewBindings::yes);
  // Which alias is the next free one depends on all units.
  if (!planned.new_bindings.empty()) return std::nullopt;
  return planned;
}

}  // namespace multipath
