#include "multipath/discovery/namespace_access.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "multipath/discovery/ask_in_parallel.h"
#include "multipath/discovery/path_weight.h"

namespace multipath {
namespace {

constexpr int constant_priority = 1;

constexpr std::array<std::pair<nvme::AnaState, int>, 5> ana_priorities{{
    {nvme::AnaState::optimized, 50},
    {nvme::AnaState::non_optimized, 10},
    {nvme::AnaState::inaccessible, 1},
    {nvme::AnaState::change, 1},
    {nvme::AnaState::persistent_loss, 0},
}};

bool works_for_namespaces(PrioritizerKind kind) {
  return kind == PrioritizerKind::constant || kind == PrioritizerKind::ana ||
         kind == PrioritizerKind::weightedpath;
}

std::optional<NamespaceAccess> access_in_sysfs(const SysTree& sys, const Disk& disk) {
  const auto text = read_attribute(sys, disk.sysfs + "/ana_state");
  const auto state = text ? nvme::parse_ana_state(*text) : std::nullopt;
  if (!state) return std::nullopt;
  return NamespaceAccess{.state = state, .group = 0, .trouble = ""};
}

struct Asked {
  DeviceNumber number;
  std::string controller;
  std::uint32_t namespace_id = 0;
};

}  // namespace

std::map<DeviceNumber, NamespaceAccess> namespace_accesses(const SysTree& sys, NvmeAccess& nvme,
                                                           std::span<const Disk* const> wanted,
                                                           std::chrono::milliseconds deadline) {
  std::map<DeviceNumber, NamespaceAccess> accesses;
  std::vector<Asked> asked;
  for (const Disk* disk : wanted) {
    const Path& path = disk->path;
    if (auto access = access_in_sysfs(sys, *disk)) {
      accesses.emplace(path.number, std::move(*access));
    } else {
      asked.push_back({path.number, fmt::format("nvme{}", path.address.host),
                       static_cast<std::uint32_t>(path.address.lun)});
    }
  }
  const auto answers = ask_in_parallel<NamespaceAccess>(
      asked.size(),
      [port = &nvme, asked](std::size_t index) {
        return port->access(asked[index].controller, asked[index].namespace_id);
      },
      deadline);
  for (std::size_t index = 0; index < asked.size(); ++index) {
    NamespaceAccess silent;
    silent.trouble = fmt::format("no answer from {} within {} s", asked[index].controller,
                                 static_cast<double>(deadline.count()) / 1000);
    accesses.emplace(asked[index].number, answers[index].value_or(std::move(silent)));
  }
  return accesses;
}

EffectivePrioritizer effective_namespace_prioritizer(const DeviceSettings& settings,
                                                     const NamespaceAccess& access) {
  const bool reports = access.state || !access.trouble.empty();
  if (settings.detect_prio.value && reports) {
    return {PrioritizerKind::ana, "",
            "the controller reports asymmetric namespace access, and detect_prio is on"};
  }
  const PrioritizerKind kind = settings.prioritizer.value;
  const std::string origin = to_string(settings.prioritizer.origin);
  if (!works_for_namespaces(kind)) {
    return {PrioritizerKind::constant, "",
            fmt::format("prioritizer {} ({}) asks SCSI units only; const is used", to_string(kind),
                        origin)};
  }
  if (kind == PrioritizerKind::ana && !reports) {
    return {PrioritizerKind::constant, "",
            fmt::format("ana ({}) fails: the controller reports no asymmetric namespace access",
                        origin)};
  }
  return {kind, settings.prioritizer_arguments.value, origin};
}

Prioritized prioritize_namespace(const EffectivePrioritizer& prioritizer,
                                 const NamespaceAccess& access, const Path& path) {
  if (prioritizer.kind == PrioritizerKind::weightedpath) {
    const PathFacts facts{.kname = path.kname,
                          .address = path.address,
                          .access = {},
                          .kernel_state = {},
                          .serial = path.serial,
                          .world_wide_names = ""};
    return weighted_priority(prioritizer.arguments, facts);
  }
  if (prioritizer.kind != PrioritizerKind::ana) return {constant_priority, "const"};
  if (!access.state) return {std::nullopt, access.trouble};
  const auto* found =
      std::ranges::find(ana_priorities, *access.state, &std::pair<nvme::AnaState, int>::first);
  return {found->second, fmt::format("ANA state is {}", to_string(*access.state))};
}

}  // namespace multipath
