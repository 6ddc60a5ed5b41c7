#include "multipath/command/transport_plan.h"

#include <charconv>
#include <map>

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
          action.limits.writes.push_back(std::move(write));
        }
        for (std::string& text : limits.remarks) remarks[std::move(text)].push_back(path.kname);
      }
    }
    for (const auto& [text, knames] : remarks)
      action.limits.remarks.push_back(fmt::format("{}: {}", fmt::join(knames, ", "), text));
  }

 private:
  TransportLimits limits_of(const Path& path, const Action& action) {
    std::vector<ScsiDisk> disks = enumerate_scsi_disks(sys_, std::set{path.number});
    if (disks.empty()) return {};
    ScsiDisk& disk = disks.front();
    if (!configuration_.protocols().empty()) find_protocol(sys_, disk);
    const Subject subject{.vendor = path.vendor,
                          .product = path.product,
                          .revision = path.revision,
                          .protocol = disk.protocol,
                          .wwid = action.desired.wwid.text()};
    const DeviceSettings settings = configuration_.settings_for_device(subject);
    const TargetNode target = find_target_node(sys_, path.address, disk.sysfs);
    Attributes attributes;
    if (!target.folder.empty() || settings.eh_deadline.value || settings.max_sectors_kb.value)
      attributes = transport_attributes(sys_, path.address, disk.sysfs, target);
    for (auto& [file, value] : attributes) {
      const auto planned = planned_.find(file);
      if (planned != planned_.end()) value = planned->second;
    }
    MapLimits map;
    map.no_path_retry = configuration_.settings_for_unit(subject).no_path_retry.value;
    if (settings.max_sectors_kb.value && action.current)
      map.max_sectors_kb = max_sectors_of(sys_, *action.current);
    return transport_limits(settings, map, path, disk.sysfs, target, attributes);
  }

  const SysTree& sys_;
  const Configuration& configuration_;
  Attributes planned_;
};

}  // namespace

void plan_transport_limits(const SysTree& sys, const Configuration& configuration, Plan& plan) {
  LimitPlanner planner(sys, configuration);
  for (Action& action : plan.actions) {
    if (loads_table(action)) planner.complete(action);
  }
}

}  // namespace multipath
