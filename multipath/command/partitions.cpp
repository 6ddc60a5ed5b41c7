#include <algorithm>
#include <map>
#include <ostream>
#include <set>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "multipath/claims/map_readiness.h"
#include "multipath/command/configuration.h"
#include "multipath/command/report.h"
#include "multipath/command/usage_error.h"
#include "multipath/command/verbs.h"
#include "multipath/discovery/partition_maps.h"
#include "multipath/host/current_maps.h"
#include "multipath/host/partition_tables.h"
#include "multipath/planning/apply_partitions.h"
#include "multipath/run/reannounce.h"
#include "multipath/run/targets.h"
#include "multipath/view/json.h"
#include "multipath/view/plan_text.h"
#include "multipath/view/text.h"

namespace multipath {
namespace {

struct PartitionOptions : SharedOptions {
  bool remove = false;
  bool dry_run = false;
  bool no_wait = false;

  void declare(Options& options) {
    declare_output(options);
    options.flag("remove", remove, "remove the partition maps")
        .flag("dry-run,d", dry_run, "show what would be done; change nothing")
        .flag("no-wait", no_wait, "do not wait for udev (for udev's rules)");
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
  if (!has_usable_path(host.sys, map)) {
    throw std::system_error(
        EIO, std::generic_category(),
        fmt::format("the partition table of {} is not read: no path works", map.name));
  }
  const auto link = host.sys.read_link("dev/block/" + to_string(map.number)).value_or("");
  return host.partition_tables->read(link.substr(link.rfind('/') + 1));
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

/// Has udev's database what the table calls the partition?
bool is_known_to_udev(const UdevDatabase& udev, DeviceNumber number, const Partition& partition) {
  const auto properties = udev.properties(number);
  if (!properties) return false;
  const auto is = [&](const char* name, const std::string& wanted) {
    const auto found = properties->find(name);
    return found == properties->end() ? wanted.empty() : found->second == wanted;
  };
  return is("ID_PART_ENTRY_UUID", partition.uuid) && is("ID_PART_ENTRY_NAME", partition.name) &&
         is("ID_PART_ENTRY_TYPE", partition.type);
}

/// A partition map that fits already gets no event of device-mapper's, but the table may give it another
/// name or id than before, which udev's links are made from. Only for the rules (--no-wait), which
/// call for a table that may be another.
void announce_renamed(Context& context, const Surroundings& around,
                      const std::vector<PartitionAction>& actions) {
  std::map<std::string_view, DeviceNumber> numbers;
  for (const dm::Description& device : around.devices) numbers.emplace(device.uuid, device.number);
  for (const PartitionAction& action : actions) {
    if (action.verb != PartitionVerb::nothing) continue;
    const auto device = numbers.find(action.uuid);
    if (device != numbers.end() &&
        !is_known_to_udev(context.host.udev, device->second, action.partition))
      send_change_event(context.host, device->second, action.name, "udev was not told",
                        notices_of(context));
  }
}

/// The run over all maps that were named.
class PartitionRun {
 public:
  PartitionRun(Context& context, const PartitionOptions& options, std::string delimiter)
      : context_(context), options_(options), delimiter_(std::move(delimiter)) {}

  void take(const Target& target) {
    std::string name = target.word;
    try {
      const auto map = find_map(context_.host.device_mapper, target, findings_);
      if (!map) {
        nothing_such_.push_back(target.word);
        return;
      }
      name = map->name;
      make_fit(*map);
    } catch (const std::system_error& error) {
      fail(name, error.what());
    }
  }

  ExitStatus finish() {
    if (options_.json) {
      context_.out << json_of_partitions(outcomes_, findings_);
    } else {
      context_.out << render_partitions(outcomes_);
      report(context_, findings_, default_verbosity);
    }
    const bool failed = failed_ || std::ranges::any_of(outcomes_, &PartitionOutcome::failed);
    return with_unmatched(context_, nothing_such_,
                          failed ? ExitStatus::partial_failure : ExitStatus::done);
  }

 private:
  void make_fit(const CurrentMap& map) {
    dm::DeviceMapper& device_mapper = context_.host.device_mapper;
    const Surroundings around = look_around(device_mapper, map, findings_);
    const auto table = options_.remove ? std::vector<Partition>{} : table_of(context_.host, map);
    const auto beyond = std::ranges::count_if(
        table, [](const Partition& one) { return one.number > highest_partition; });
    if (beyond > 0) {
      fail(map.name,
           fmt::format("its partition table has {} partitions, {} of them with numbers above "
                       "{}, which Linux makes no partitions of; none of its partition "
                       "maps was changed; write a smaller table",
                       table.size(), beyond, highest_partition));
      return;
    }
    const auto actions =
        plan_partitions(map, table, read_partition_maps(device_mapper, map, around.devices),
                        around.names, delimiter_);
    std::ranges::move(carry_out(context_, options_, map, actions), std::back_inserter(outcomes_));
    if (options_.no_wait && !options_.dry_run) announce_renamed(context_, around, actions);
  }

  void fail(const std::string& name, std::string why) {
    failed_ = true;
    findings_.push_back({Finding::Severity::error, name, std::move(why)});
  }

  Context& context_;
  const PartitionOptions& options_;
  std::string delimiter_;
  std::vector<Finding> findings_;
  std::vector<PartitionOutcome> outcomes_;
  std::vector<std::string> nothing_such_;
  bool failed_ = false;
};

ExitStatus run(Context& context, const PartitionOptions& partitions) {
  const auto targets = find_targets(context, partitions.words);
  if (!targets) return ExitStatus::not_found;
  const auto configuration = load_configuration_or_tell(context, "partitions", default_verbosity);
  if (!configuration) return ExitStatus::usage;
  PartitionRun run(
      context, partitions,
      configuration->globals().partition_delimiter.value.value_or(default_partition_delimiter));
  for (const Target& target : *targets) run.take(target);
  return run.finish();
}

}  // namespace

std::unique_ptr<VerbCommand> partitions_verb() { return verb_command<PartitionOptions>(run); }

}  // namespace multipath
