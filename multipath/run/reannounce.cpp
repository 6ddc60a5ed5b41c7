#include "multipath/run/reannounce.h"

#include <string>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "multipath/claims/map_readiness.h"
#include "multipath/claims/path_verdict.h"
#include "multipath/host/current_maps.h"
#include "multipath/model/partition.h"

namespace multipath {
namespace {

bool was_released(const Host& host, const Path& path) {
  const auto properties = host.udev.properties(path.number);
  if (!properties) return false;
  const auto verdict = properties->find(verdict_property);
  return verdict != properties->end() && verdict->second != "1";
}

bool changed_paths(const Outcome& outcome) {
  return !outcome.failed() && loads_table(outcome.action.verb);
}

struct LatePartition {
  DeviceNumber number;
  std::string kname;
};

/// By the holders of the map (/sys/dev/block/MAJOR:MINOR/holders) and by the property that
/// 11-dm-multipath-map.rules keeps.
std::vector<LatePartition> late_partitions(const Host& host, const CurrentMap& map) {
  std::vector<LatePartition> late;
  for (const std::string& holder :
       names_in(host.sys, "dev/block/" + to_string(map.number) + "/holders")) {
    const std::string folder = "class/block/" + holder;
    const auto uuid = read_attribute(host.sys, folder + "/dm/uuid");
    const auto number = number_of_kname(host.sys, holder);
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
    return false;  // a command on the map itself reports it
  }
}

}  // namespace

void send_change_event(Host& host, DeviceNumber number, const std::string& name,
                       std::string_view missed, const Notices& notices) {
  try {
    host.sys_writer->write("dev/block/" + to_string(number) + "/uevent", "change");
  } catch (const std::system_error& error) {
    notices.report({Finding::Severity::error, name, fmt::format("{}: {}", missed, error.what())});
  }
}

void claim_late(Host& host, std::span<const Outcome> outcomes, const Notices& notices) {
  for (const Outcome& outcome : outcomes) {
    if (!changed_paths(outcome)) continue;
    for (const PathGroup& group : outcome.action.desired.groups) {
      for (const Path& path : group.paths) {
        if (was_released(host, path))
          send_change_event(host, path.number, path.kname, "udev still marks it as not a path",
                            notices);
      }
    }
  }
}

void announce_late_partitions(Host& host, const CurrentMap& map, const Notices& notices) {
  const std::vector<LatePartition> late = late_partitions(host, map);
  if (late.empty() || !has_usable_path_now(host, map)) return;
  for (const LatePartition& partition : late)
    send_change_event(host, partition.number, partition.kname, "udev still marks it as not ready",
                      notices);
}

void announce_late_partitions(Host& host, std::span<const Outcome> outcomes,
                              const Notices& notices) {
  for (const Outcome& outcome : outcomes) {
    if (changes(outcome.action.verb) && outcome.action.current && !outcome.failed())
      announce_late_partitions(host, *outcome.action.current, notices);
  }
}

}  // namespace multipath
