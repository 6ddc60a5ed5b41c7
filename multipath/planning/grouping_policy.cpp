#include "multipath/planning/grouping_policy.h"

#include <algorithm>

#include <fmt/format.h>

namespace multipath {
namespace {

bool would_use_access_state(const Path& path, const DeviceSettings& settings) {
  const PrioritizerKind kind = settings.prioritizer.value;
  return tpgs_of(path) != scsi::Tpgs::none &&
         (settings.detect_prio.value || kind == PrioritizerKind::alua ||
          kind == PrioritizerKind::sysfs);
}

bool all_use_access_state(const std::vector<Path>& paths, const DeviceSettings& settings) {
  const bool any_answered = std::ranges::any_of(paths, &Path::answered);
  return !paths.empty() && std::ranges::all_of(paths, [&](const Path& path) {
    if (!any_answered) return would_use_access_state(path, settings);
    return !path.answered || path.rated_by_access_state;
  });
}

}  // namespace

PolicyChoice choose_policy(const std::optional<PathGroupingPolicy>& command_line,
                           const Configuration& configuration, const Subject& subject,
                           const std::vector<Path>& paths) {
  if (command_line) return {*command_line, "command line"};
  const UnitSettings& settings = configuration.settings_for_unit(subject);
  if (!settings.detect_policy.value ||
      !all_use_access_state(paths, configuration.settings_for_device(subject))) {
    return {settings.policy.value, to_string(settings.policy.origin)};
  }
  const bool by_port_group = settings.detect_policy_use_tpg.value;
  return {by_port_group ? PathGroupingPolicy::group_by_tpg : PathGroupingPolicy::group_by_prio,
          fmt::format("{}, {}: all paths have ALUA",
                      by_port_group ? "detect_pgpolicy_use_tpg" : "detect_pgpolicy",
                      to_string(by_port_group ? settings.detect_policy_use_tpg.origin
                                              : settings.detect_policy.origin))};
}

}  // namespace multipath
