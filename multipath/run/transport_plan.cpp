#include "multipath/run/transport_plan.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "multipath/discovery/enumerate.h"
#include "multipath/discovery/target_node.h"
#include "multipath/model/number_text.h"

namespace multipath {
namespace {

using Attributes = std::map<std::string, std::string>;

bool loads_table(const Action& action) {
  return action.verb == Verb::create || action.verb == Verb::reload || action.verb == Verb::resize;
}

std::optional<std::uint32_t> max_sectors_of(const SysTree& sys, const CurrentMap& map) {
  const auto text =
      read_attribute(sys, fmt::format("dev/block/{}/queue/max_sectors_kb", to_string(map.number)));
  return text ? parse_number<std::uint32_t>(*text) : std::nullopt;
}

/// That of the path's target: 1:0:0:0 of 1:0:0:7.
ScsiAddress target_address(const Path& path) {
  ScsiAddress address = path.address;
  address.lun = 0;
  return address;
}

/// One run over a plan. What was planned for one path counts as there for the next.
class LimitPlanner {
 public:
  LimitPlanner(const SysTree& sys, const Configuration& configuration)
      : sys_(sys),
        configuration_(configuration),
        polling_interval_(configuration.globals().polling_interval.value) {}

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
    std::string protocol;                  ///< empty when nothing depends on it
    std::optional<Attributes> attributes;  ///< nothing before somebody needed them
  };

  Target& target_of(const Path& path, std::string_view disk_folder) {
    const auto [target, is_new] = targets_.try_emplace(target_address(path));
    if (is_new) {
      target->second.node = find_target_node(sys_, path.address, disk_folder);
      if (!configuration_.protocols().empty())
        target->second.protocol = protocol_of(sys_, disk_folder, path.address.host);
    }
    return target->second;
  }

  /// What the limits of a path come from, but for what is the path's own.
  struct Question {
    const Target* target;
    const DeviceSettings* settings;
    const UnitSettings* unit_settings;
    auto operator<=>(const Question&) const = default;
  };
  Question question(const Target& target, const Path& path, const Action& action) const {
    Subject subject = subject_of(path, target.protocol);
    subject.wwid = action.desired.wwid.text();
    return {&target, &configuration_.settings_for_device(subject),
            &configuration_.settings_for_unit(subject)};
  }

  bool is_settled(const Path& path, const Action& action) const {
    const auto known = targets_.find(target_address(path));
    return known != targets_.end() && settled_.contains(question(known->second, path, action));
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

  /// Of a path with no SCSI transport only max_sectors_kb can be set.
  TransportLimits limits_without_transport(const Path& path, std::string_view folder,
                                           const Action& action) const {
    const Target none;
    const Question asked = question(none, path, action);
    Attributes attributes;
    const std::string file = max_sectors_file(folder);
    if (asked.settings->max_sectors_kb.value) {
      if (auto text = read_attribute(sys_, file)) attributes.emplace(file, std::move(*text));
    }
    MapLimits map;
    if (asked.settings->max_sectors_kb.value && action.current)
      map.max_sectors_kb = max_sectors_of(sys_, *action.current);
    return transport_limits(*asked.settings, map, path, folder, none.node, attributes);
  }

  TransportLimits limits_of(const Path& path, const Action& action) {
    if (path.bus == Bus::scsi && is_settled(path, action)) return {};
    const auto folder = folder_of_disk(sys_, path.number);
    if (!folder) return {};
    if (path.bus != Bus::scsi) return limits_without_transport(path, *folder, action);
    Target& target = target_of(path, *folder);
    const Question asked = question(target, path, action);
    const DeviceSettings& settings = *asked.settings;
    MapLimits map;
    map.no_path_retry = asked.unit_settings->no_path_retry.value;
    map.polling_interval = polling_interval_;
    if (settings.max_sectors_kb.value && action.current)
      map.max_sectors_kb = max_sectors_of(sys_, *action.current);
    TransportLimits limits = transport_limits(settings, map, path, *folder, target.node,
                                              attributes_for(settings, path, *folder, target));
    const bool of_target_alone = !settings.max_sectors_kb.value;
    if (of_target_alone && limits == TransportLimits{}) settled_.insert(asked);
    return limits;
  }

  const SysTree& sys_;
  const Configuration& configuration_;
  std::uint32_t polling_interval_;
  std::map<ScsiAddress, Target> targets_;
  Attributes planned_;
  /// What nothing came of since the last write, and need not be asked again.
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
