#include <algorithm>
#include <ostream>
#include <set>
#include <system_error>

#include <fmt/format.h>

#include "multipath/command/change_event.h"
#include "multipath/command/jobs.h"
#include "multipath/command/load_configuration.h"
#include "multipath/command/named_map.h"
#include "multipath/command/report.h"
#include "multipath/command/shared_options.h"
#include "multipath/command/usage_error.h"
#include "multipath/command/verbs.h"
#include "multipath/discovery/current_maps.h"
#include "multipath/discovery/map_readiness.h"
#include "multipath/discovery/partition_maps.h"
#include "multipath/host/partition_tables.h"
#include "multipath/planning/apply_partitions.h"
#include "multipath/view/json.h"
#include "multipath/view/plan_text.h"
#include "multipath/view/text.h"

namespace multipath {
namespace {

struct PartitionOptions : SharedOptions {
  bool remove = false;
  bool dry_run = false;
  bool no_wait = false;

  Options declare() {
    Options options;
    declare_output(options);
    options.flag("remove", remove, "remove the partition maps")
        .flag("dry-run,d", dry_run, "say what would be done")
        .flag("no-wait", no_wait, "do not wait for udev: for its own rules")
        .arguments("MAP...", words, "");
    return options;
  }
};

/// What a map's partition maps are planned from: nobody else's are looked at, as a host has many and this is run for each map
/// that comes up.
struct Surroundings {
  std::set<std::string> names;           ///< of all devices
  std::vector<dm::Description> devices;  ///< that may be its partition maps
};

Surroundings look_around(dm::DeviceMapper& device_mapper, const CurrentMap& map,
                         std::vector<Finding>& findings) {
  Surroundings around;
  std::vector<dm::Device> devices = device_mapper.list();
  for (const dm::Device& device : devices) around.names.insert(device.name);
  std::erase_if(devices, [&](const dm::Device& device) {
    return device.uuid && !partition_number_of(*device.uuid, map.uuid);
  });
  around.devices = read_devices(device_mapper, devices, findings);
  return around;
}

/// What is written on the map. Throws std::system_error.
std::vector<Partition> table_of(const Host& host, const CurrentMap& map) {
  if (host.partition_tables == nullptr)
    throw UsageError("a capture has nothing of what is written on the devices");
  if (!has_usable_path(host.sys, map)) {
    throw std::system_error(
        EIO, std::generic_category(),
        fmt::format("the partition table of {} is not read: no path works", map.name));
  }
  const auto link = host.sys.read_link("dev/block/" + to_string(map.number)).value_or("");
  return host.partition_tables->read(link.substr(link.rfind('/') + 1));
}

std::vector<PartitionAction> plan(Context& context, const PartitionOptions& options,
                                  const std::string& delimiter, const Surroundings& around,
                                  const CurrentMap& map) {
  return plan_partitions(map,
                         options.remove ? std::vector<Partition>{} : table_of(context.host, map),
                         read_partition_maps(context.host.device_mapper, map, around.devices),
                         around.names, delimiter);
}

std::vector<PartitionOutcome> carry_out(Context& context, const PartitionOptions& options,
                                        const CurrentMap& map,
                                        const std::vector<PartitionAction>& actions) {
  if (!options.dry_run) {
    return apply_partitions(map, actions, context.host.device_mapper,
                            options.no_wait ? dm::WaitForUdev::no : dm::WaitForUdev::yes);
  }
  std::vector<PartitionOutcome> outcomes;
  for (const PartitionAction& action : actions) outcomes.push_back({map.name, action, ""});
  return outcomes;
}

/// A partition map that fits already gets no event of device-mapper's, but the table may give it another
/// name or id than before, which udev's links are made from. Only for the rules (--no-wait), which
/// call for a table that may be another.
void announce_unchanged(Context& context, const Surroundings& around,
                        const std::vector<PartitionAction>& actions) {
  for (const PartitionAction& action : actions) {
    if (action.verb != PartitionVerb::nothing) continue;
    const auto device = std::ranges::find(around.devices, action.uuid, &dm::Description::uuid);
    if (device != around.devices.end())
      send_change_event(context, device->number, action.name, "udev was not told");
  }
}

}  // namespace

ExitStatus run_partitions(Context& context, const std::vector<std::string>& words) {
  PartitionOptions partitions;
  Options options = partitions.declare();
  options.parse(words);
  if (partitions.help) {
    context.out << verb_help(
        "partitions", "Makes the maps of a map's partitions fit its partition table.", options);
    return ExitStatus::done;
  }
  if (partitions.words.empty()) throw UsageError("give the maps");
  const auto targets = find_targets(context, partitions.words);
  if (!targets) return ExitStatus::not_found;
  context.host.device_mapper.driver_version();
  const auto configuration = load_configuration_or_tell(context, "partitions", default_verbosity);
  if (!configuration) return ExitStatus::usage;
  const std::string delimiter =
      configuration->globals().partition_delimiter.value.value_or(default_partition_delimiter);
  std::vector<Finding> findings;
  std::vector<PartitionOutcome> outcomes;
  std::vector<std::string> nothing_such;
  bool failed = false;
  for (const Target& target : *targets) {
    std::string name = target.word;
    try {
      const auto map = find_map(context.host.device_mapper, target, findings);
      if (!map) {
        nothing_such.push_back(target.word);
        continue;
      }
      name = map->name;
      const Surroundings around = look_around(context.host.device_mapper, *map, findings);
      const auto actions = plan(context, partitions, delimiter, around, *map);
      std::ranges::move(carry_out(context, partitions, *map, actions),
                        std::back_inserter(outcomes));
      if (partitions.no_wait && !partitions.dry_run) announce_unchanged(context, around, actions);
    } catch (const std::system_error& error) {
      failed = true;
      findings.push_back({Finding::Severity::error, name, error.what()});
    }
  }
  if (partitions.json) {
    context.out << json_of_partitions(outcomes, findings);
  } else {
    context.out << render_partitions(outcomes);
    report(context, findings, default_verbosity);
  }
  failed = failed || std::ranges::any_of(outcomes, &PartitionOutcome::failed);
  return with_nothing_such(context, nothing_such,
                           failed ? ExitStatus::partial_failure : ExitStatus::done);
}

}  // namespace multipath
