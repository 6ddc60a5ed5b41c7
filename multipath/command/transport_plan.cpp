#include "multipath/command/transport_plan.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <tuple>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "multipath/discovery/enumerate.h"
#include "multipath/discovery/target_node.h"

namespace multipath {
namespace {

using Attributes = std::map<std::string, std::string>;

bool loads_table(const Action& action) {
  return action.verb == Verb::create || action.verb == Verb::reload || action.verb == Verb::resize;
}

std::optional<std::uint32_t> max_sectors_of(const SysTree& sys, const CurrentMap& map) {
  const auto text =
      read_attribute(sys, fmt::format("dev/block/{}/queue/max_sectors_kb", to_string(map.number)));
  std::uint32_t number = 0;
  if (!text) return std::nullopt;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  return error == std::errc{} ? std::optional(number) : std::nullopt;
}

/// The folder of a disk's target, "devices/.../target1:0:0", from that of the disk below it.
std::string_view target_folder(std::string_view disk_folder) {
  constexpr int below = 3;  // 1:0:0:0/block/sda
  for (int i = 0; i < below; ++i)
    disk_folder = disk_folder.substr(0, std::min(disk_folder.rfind('/'), disk_folder.size()));
  return disk_folder;
}

/// One run over a plan. What was planned for one path counts as there for the next.
class LimitPlanner {
 public:
  LimitPlanner(const SysTree& sys, const Configuration& configuration)
      : sys_(sys), configuration_(configuration) {}

  void complete(Action& action) {
    std::map<std::string, std::vector<std::string>> remarks;
    for (const PathGroup& group : action.desired.groups) {
      for (const Path& path : group.paths) {
        TransportLimits limits = limits_of(path, action);
        for (SysfsWrite& write : limits.writes) {
          planned_[write.path] = write.value;
          settled_.clear();
          action.limits.writes.push_back(std::move(write));
        }
        for (std::string& text : limits.remarks) remarks[std::move(text)].push_back(path.kname);
      }
    }
    for (const auto& [text, knames] : remarks)
      action.limits.remarks.push_back(fmt::format("{}: {}", fmt::join(knames, ", "), text));
  }

 private:
  /// What the units behind one target share.
  struct Target {
    TargetNode node;
    std::optional<Attributes> attributes;  ///< nothing before somebody needed them
  };

  Target& target_of(const Path& path, std::string_view disk_folder) {
    const std::string_view folder = target_folder(disk_folder);
    const auto found = targets_.find(folder);
    if (found != targets_.end()) return found->second;
    TargetNode node = find_target_node(sys_, path.address, disk_folder);
    return targets_.emplace(folder, Target{std::move(node), std::nullopt}).first->second;
  }

  Attributes attributes_for(const DeviceSettings& settings, const Path& path,
                            std::string_view disk_folder, Target& target) {
    if (target.node.folder.empty() && !settings.eh_deadline.value && !settings.max_sectors_kb.value)
      return {};
    if (!target.attributes)
      target.attributes = transport_attributes(sys_, path.address, target.node);
    Attributes attributes = *target.attributes;
    if (settings.max_sectors_kb.value) {
      const std::string file = max_sectors_file(disk_folder);
      if (auto text = read_attribute(sys_, file)) attributes.emplace(file, std::move(*text));
    }
    for (auto& [file, value] : attributes) {
      const auto planned = planned_.find(file);
      if (planned != planned_.end()) value = planned->second;
    }
    return attributes;
  }

  TransportLimits limits_of(const Path& path, const Action& action) {
    const auto folder = folder_of_disk(sys_, path.number);
    if (!folder) return {};
    const std::string protocol =
        configuration_.protocols().empty() ? "" : protocol_of(sys_, *folder, path.address.host);
    const Subject subject{.vendor = path.vendor,
                          .product = path.product,
                          .revision = path.revision,
                          .protocol = protocol,
                          .wwid = action.desired.wwid.text()};
    const DeviceSettings& settings = configuration_.settings_for_device(subject);
    const UnitSettings& unit_settings = configuration_.settings_for_unit(subject);
    Target& target = target_of(path, *folder);
    const Question question{&target, &settings, &unit_settings};
    if (settled_.contains(question)) return {};
    MapLimits map;
    map.no_path_retry = unit_settings.no_path_retry.value;
    if (settings.max_sectors_kb.value && action.current)
      map.max_sectors_kb = max_sectors_of(sys_, *action.current);
    TransportLimits limits = transport_limits(settings, map, path, *folder, target.node,
                                              attributes_for(settings, path, *folder, target));
    const bool of_target_alone = !settings.max_sectors_kb.value;
    if (of_target_alone && limits == TransportLimits{}) settled_.insert(question);
    return limits;
  }

  const SysTree& sys_;
  const Configuration& configuration_;
  std::map<std::string, Target, std::less<>> targets_;  ///< by their folder
  Attributes planned_;
  /// What nothing came of since the last write, and need not be asked again.
  using Question = std::tuple<const Target*, const DeviceSettings*, const UnitSettings*>;
  std::set<Question> settled_;
};

}  // namespace

void plan_transport_limits(const SysTree& sys, const Configuration& configuration, Plan& plan) {
  LimitPlanner planner(sys, configuration);
  for (Action& action : plan.actions) {
    if (loads_table(action)) planner.complete(action);
  }
}

}  // namespace multipath
