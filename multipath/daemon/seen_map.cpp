#include "multipath/daemon/seen_map.h"

#include <map>

#include "multipath/discovery/identify.h"
#include "multipath/model/wwid.h"

namespace multipath::daemon {
namespace {

/// Not 0: an interval of no time would be a question without end.
watch::Duration seconds(std::uint32_t configured, watch::Duration usual) {
  constexpr std::uint32_t longest = 24 * 60 * 60;
  if (configured == 0) return usual;
  return std::chrono::seconds(std::min(configured, longest));
}

}  // namespace

std::chrono::milliseconds check_limit(const Configuration& configuration) {
  constexpr std::chrono::seconds of_disk_driver(30);
  return configuration.globals().checker_timeout.value.value_or(0) == 0
             ? of_disk_driver
             : device_deadline(configuration);
}

bool rechecks_wwid(const Configuration& configuration, const Subject& subject) {
  const Setting<bool>& setting = configuration.settings_for_device(subject).recheck_wwid;
  return setting.value || setting.origin.kind == Origin::Kind::built_in;
}

watch::MapPolicy policy_of(const Configuration& configuration, const CurrentMap& map,
                           const Path* member) {
  Subject subject;
  if (member != nullptr) subject = subject_of(*member, "");
  if (const auto wwid = wwid_of_map_uuid(map.uuid)) subject.wwid = wwid->text();
  const UnitSettings& unit = configuration.settings_for_unit(subject);
  const GlobalSettings globals = configuration.globals();
  watch::MapPolicy policy;
  policy.check.interval = seconds(globals.polling_interval.value, policy.check.interval);
  policy.check.longest = std::max(
      policy.check.interval, seconds(globals.max_polling_interval.value, policy.check.longest));
  policy.check.deadline = check_limit(configuration);
  policy.check.recheck_wwid = rechecks_wwid(configuration, subject);
  policy.no_path_retry = unit.no_path_retry.value;
  policy.failback = unit.failback.value;
  policy.groups_by_priority = unit.policy.value == PathGroupingPolicy::group_by_prio;
  return policy;
}

watch::MapSeen seen_map(const SysTree& sys, const CurrentMap& map) {
  watch::MapSeen seen;
  seen.uuid = map.uuid;
  seen.name = map.name;
  seen.queues = queues_if_no_path(map.table);
  seen.suspended = map.suspended;
  std::map<DeviceNumber, PathDmState> states;
  if (map.status) {
    seen.current_group = map.status->current_group;
    for (const GroupStatusLine& group : map.status->groups)
      for (const PathStatus& path : group.paths) states[path.number] = path.state;
  }
  for (std::size_t i = 0; i < map.table.groups.size(); ++i) {
    watch::SeenGroup& group = seen.groups.emplace_back();
    group.disabled = map.status && i < map.status->groups.size() &&
                     map.status->groups[i].status == GroupStatus::disabled;
    for (const TablePath& path : map.table.groups[i].paths) {
      const auto state = states.find(path.number);
      group.paths.push_back({path.number, kname_of_number(sys, path.number).value_or(""),
                             state != states.end() && state->second == PathDmState::failed});
    }
  }
  return seen;
}

}  // namespace multipath::daemon
