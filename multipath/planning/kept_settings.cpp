#include "multipath/planning/kept_settings.h"

#include <algorithm>
#include <map>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "multipath/model/shell_text.h"
#include "multipath/planning/plan.h"

namespace multipath {
namespace {

bool has_working_path(const CurrentMap& map) {
  if (!map.status) return true;
  return std::ranges::any_of(map.status->groups, [](const GroupStatusLine& group) {
    return std::ranges::find(group.paths, PathDmState::active, &PathStatus::state) !=
           group.paths.end();
  });
}

constexpr std::string_view keeps_queueing = " does not apply: existing maps keep their queueing; ";

std::string queueing_command(bool queue, const std::string& map) {
  return pasteable(shell_line(queue ? "multipath queue on" : "multipath queue off", map));
}

std::string text_of(const Setting<std::optional<NoPathRetry>>& retry) {
  return retry.value ? "no_path_retry " + to_string(*retry.value) : "no_path_retry (not set)";
}

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

std::optional<Finding> kept_queueing(const CurrentMap& map, const UnitSettings& settings) {
  if (!map.has_live_table) return std::nullopt;
  const auto& retry = settings.no_path_retry;
  const bool should = retry.value && retry.value->kind != NoPathRetry::Kind::fail;
  const bool does = queues_if_no_path(map.table);
  if (should == does) return std::nullopt;
  const bool may_be_expired = should && retry.value->kind == NoPathRetry::Kind::count;
  if (may_be_expired && !has_working_path(map)) return std::nullopt;
  return Finding{Finding::Severity::warning, map.name,
                 fmt::format("{}{}`{}` changes it (setting: {})", text_of(retry), keeps_queueing,
                             queueing_command(should, map.name), to_string(retry.origin))};
}

std::vector<Finding> merge_kept_queueing(std::span<const Finding> findings) {
  std::vector<Finding> merged;
  std::map<std::string, std::size_t> places;  // by the text for any map
  for (const Finding& finding : findings) {
    std::string text = finding.text;
    for (const bool queue : {true, false}) {
      const std::string command = queueing_command(queue, finding.subject);
      if (const auto at = text.find("`" + command + "`"); at != std::string::npos)
        text.replace(at + 1, command.size(), queueing_command(queue, "MAP"));
    }
    if (finding.text.find(keeps_queueing) == std::string::npos) {
      merged.push_back(finding);
    } else if (const auto [place, is_new] = places.try_emplace(text, merged.size()); is_new) {
      merged.push_back(finding);
    } else {
      merged[place->second].subject += ", " + finding.subject;
      merged[place->second].text = text;
    }
  }
  return merged;
}

bool may_resize_automatically(const CurrentMap& map, std::uint64_t size_sectors,
                              AutoResize setting) {
  if (!map.has_live_table) return true;
  if (size_sectors > map.size_sectors) return setting != AutoResize::never;
  return setting == AutoResize::grow_shrink && map.open_count == 0;
}

Finding kept_size(const CurrentMap& map, std::uint64_t size_sectors,
                  const Setting<AutoResize>& setting, std::span<const std::string> users) {
  const bool smaller = size_sectors < map.size_sectors;
  std::string why =
      fmt::format("auto_resize {} ({})", to_string(setting.value), to_string(setting.origin));
  if (smaller && map.open_count > 0) {
    why = fmt::format("map is open {} time{}{}{}; data behind the new end would be lost",
                      map.open_count, map.open_count == 1 ? "" : "s", users.empty() ? "" : ": ",
                      fmt::join(users, ", "));
  }
  return {Finding::Severity::warning, map.name,
          fmt::format("keeps {} sectors, but its paths have {}: {}; `{}` resizes it{}",
                      map.size_sectors, size_sectors, why,
                      pasteable(shell_line("multipath resize", map.name)),
                      smaller ? " after its contents were shrunk" : "")};
}

std::optional<std::uint64_t> size_of_paths(const CurrentMap& map, std::span<const Path> paths) {
  std::optional<std::uint64_t> size;
  for (const Path& path : paths) {
    if (!path.answered || path.size_sectors == 0 || !has_path(map, path.number)) continue;
    if (size && *size != path.size_sectors) return std::nullopt;
    size = path.size_sectors;
  }
  return size;
}

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
