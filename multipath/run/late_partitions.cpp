#include "multipath/run/late_partitions.h"

#include <string>
#include <system_error>
#include <vector>

#include "multipath/claims/map_readiness.h"
#include "multipath/host/current_maps.h"
#include "multipath/model/partition.h"
#include "multipath/run/change_event.h"

namespace multipath {
namespace {

struct LatePartition {
  DeviceNumber number;
  std::string kname;
};

/// By what stands on the map (/sys/dev/block/MAJOR:MINOR/holders) and by the property that 11-dm-multipath-map.rules keeps.
std::vector<LatePartition> late_partitions(const Host& host, const CurrentMap& map) {
  const auto holders = host.sys.list("dev/block/" + to_string(map.number) + "/holders");
  std::vector<LatePartition> late;
  for (const std::string& holder : holders.value_or(std::vector<std::string>{})) {
    const std::string folder = "class/block/" + holder;
    const auto uuid = read_attribute(host.sys, folder + "/dm/uuid");
    const auto dev = read_attribute(host.sys, folder + "/dev");
    const auto number = dev ? parse_device_number(*dev) : std::nullopt;
    if (!uuid || !number || !partition_number_of(*uuid, map.uuid)) continue;
    const auto properties = host.udev.properties(*number);
    if (!properties) continue;
    const auto ready = properties->find("MPATH_DEVICE_READY");
    if (ready != properties->end() && ready->second == "0") late.push_back({*number, holder});
  }
  return late;
}

/// As it is now, not as it was when something was done to it.
bool has_usable_path_now(const Host& host, const CurrentMap& map) {
  std::vector<Finding> findings;
  try {
    const auto description = host.device_mapper.describe(map.number);
    const auto now =
        description ? read_map(host.device_mapper, *description, findings) : std::nullopt;
    return now && has_usable_path(host.sys, *now);
  } catch (const std::system_error&) {
    return false;  // who asks for the map itself is told
  }
}

}  // namespace

void announce_late_partitions(Context& context, const CurrentMap& map) {
  if (context.host.sys_writer == nullptr) return;
  const std::vector<LatePartition> late = late_partitions(context.host, map);
  if (late.empty() || !has_usable_path_now(context.host, map)) return;
  for (const LatePartition& partition : late)
    send_change_event(context, partition.number, partition.kname,
                      "udev still has it as one that nobody may read");
}

void announce_late_partitions(Context& context, std::span<const Outcome> outcomes) {
  for (const Outcome& outcome : outcomes) {
    const bool did_something =
        outcome.action.verb != Verb::nothing && outcome.action.verb != Verb::refuse;
    if (did_something && outcome.action.current && !outcome.failed())
      announce_late_partitions(context, *outcome.action.current);
  }
}

}  // namespace multipath
