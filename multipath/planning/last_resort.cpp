#include "multipath/planning/last_resort.h"

#include <algorithm>

namespace multipath {
namespace {

bool gets_a_path(const Action& action) {
  const std::set<DeviceNumber> present = path_numbers(*action.current);
  return std::ranges::any_of(action.desired.groups, [&](const PathGroup& group) {
    return std::ranges::any_of(group.paths,
                               [&](const Path& path) { return !present.contains(path.number); });
  });
}

/// "round-robin 0" of the live table.
void keep_selector(Map& desired, const MultipathTable& table) {
  if (table.groups.empty()) return;
  desired.selector = table.groups.front().selector;
  desired.selector_arguments = table.groups.front().selector_arguments;
}

}  // namespace

void keep_running_maps(Plan& plan) {
  for (Action& action : plan.actions) {
    if (!action.current || action.verb == Verb::refuse) continue;
    action.desired.name = action.current->name;
    action.partition_renames.clear();
    action.desired.features = action.current->table.features;
    keep_selector(action.desired, action.current->table);
    if (action.verb == Verb::nothing) continue;
    if (action.verb == Verb::reload && gets_a_path(action)) continue;
    action.verb = Verb::nothing;
    action.reason = "configuration has errors; map left unchanged";
  }
}

}  // namespace multipath
