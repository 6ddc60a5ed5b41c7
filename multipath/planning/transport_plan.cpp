#include "multipath/planning/transport_plan.h"

#include <map>
#include <set>
#include <tuple>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "multipath/config/settings.h"

namespace multipath {
namespace {

using Attributes = std::map<std::string, std::string>;

/// One run over a plan. What was planned for one path counts as there for the next.
class LimitPlanner {
 public:
  LimitPlanner(const Configuration& configuration, const TransportFacts& facts)
      : configuration_(configuration),
        facts_(facts),
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
  Attributes attributes_for(const DeviceSettings& settings, const TransportFacts::Target& target,
                            const TransportFacts::Disk& disk) const {
    const bool from_target =
        !target.node.folder.empty() || settings.eh_deadline.value || settings.max_sectors_kb.value;
    Attributes attributes = from_target && target.attributes ? *target.attributes : Attributes{};
    if (settings.max_sectors_kb.value && disk.max_sectors)
      attributes.emplace(disk.max_sectors_file, *disk.max_sectors);
    for (auto& [file, value] : attributes) {
      const auto planned = planned_.find(file);
      if (planned != planned_.end()) value = planned->second;
    }
    return attributes;
  }

  MapLimits map_limits(const Path& path, const DeviceSettings& settings,
                       const UnitSettings& unit_settings, const Action& action) const {
    MapLimits map;
    if (path.bus() == Bus::scsi) {
      map.no_path_retry = unit_settings.no_path_retry.value;
      map.polling_interval = polling_interval_;
    }
    if (!settings.max_sectors_kb.value || !action.current) return map;
    const auto known = facts_.max_sectors_kb.find(action.current->number);
    if (known != facts_.max_sectors_kb.end()) map.max_sectors_kb = known->second;
    return map;
  }

  TransportLimits limits_of(const Path& path, const Action& action) {
    const bool is_scsi = path.bus() == Bus::scsi;
    const ScsiAddress address = target_address(path);
    const auto known_target = facts_.targets.find(address);
    if (is_scsi && known_target == facts_.targets.end()) return {};
    const TransportFacts::Target none;
    const TransportFacts::Target& target = is_scsi ? known_target->second : none;
    Subject subject = subject_of(path, target.protocol);
    subject.wwid = action.desired.wwid.text();
    const DeviceSettings& settings = configuration_.settings_for_device(subject);
    const UnitSettings& unit_settings = configuration_.settings_for_unit(subject);
    const std::tuple question{address, &settings, &unit_settings};
    if (is_scsi && settled_.contains(question)) return {};
    const auto known_disk = facts_.disks.find(path.number);
    const bool is_there = known_disk != facts_.disks.end();
    if (!is_there && (!is_scsi || settings.max_sectors_kb.value)) return {};
    const TransportFacts::Disk disk = is_there ? known_disk->second : TransportFacts::Disk{};
    TransportLimits limits =
        transport_limits(settings, map_limits(path, settings, unit_settings, action), path,
                         disk.folder, target.node, attributes_for(settings, target, disk));
    // Of a target alone when nothing is the disk's own.
    if (is_scsi && !settings.max_sectors_kb.value && limits == TransportLimits{})
      settled_.insert(question);
    return limits;
  }

  const Configuration& configuration_;
  const TransportFacts& facts_;
  std::uint32_t polling_interval_;
  Attributes planned_;
  /// Targets and settings that nothing came of since the last write.
  std::set<std::tuple<ScsiAddress, const DeviceSettings*, const UnitSettings*>> settled_;
};

}  // namespace

void plan_transport_limits(Plan& plan, const Configuration& configuration,
                           const TransportFacts& facts) {
  LimitPlanner planner(configuration, facts);
  for (Action& action : plan.actions) {
    if (loads_table(action.verb)) planner.complete(action);
  }
}

}  // namespace multipath
