#include "multipath/run/explain_run.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <system_error>

#include <fmt/format.h>

#include "multipath/claims/other_views.h"
#include "multipath/model/map_name.h"
#include "multipath/model/shell_text.h"
#include "multipath/run/named_units.h"
#include "multipath/run/targets.h"

namespace multipath {
namespace {

/// The unit that a word means by WWID, by its map, or by the name that its map is to get.
std::optional<Wwid> unit_of(const std::string& word, const std::optional<Target>& target,
                            const PlanRun& planned) {
  for (const CurrentMap& map : planned.maps) {
    const bool is_it = is_same_name(map.name, word) ||
                       map.uuid == std::string(map_uuid_prefix) + word ||
                       (target && (map.name == target->word || map.number == target->number));
    if (is_it) return wwid_of_map_uuid(map.uuid);
  }
  for (const Action& action : planned.plan.actions) {
    if (is_same_name(action.desired.name, word)) return action.desired.wwid;
  }
  for (const Path& path : planned.paths) {
    if (path.wwid && (path.wwid->text() == word || own_wwid_of(path) == word)) return path.wwid;
  }
  return std::nullopt;
}

Explanation explain_nothing(const std::string& word, const PlanRun& planned,
                            const PlanningOptions& planning_options) {
  Explanation explanation;
  explanation.subject = word;
  explanation.answer = Explanation::Answer::nothing;
  const auto wwid = Wwid::from_text(word);
  const bool known = wwid && planning_options.known_units.contains(*wwid);
  explanation.conclusion =
      names_device(word) ? "this host has no such device"
                         : fmt::format(
                               "this host has no disk, no map and no path to a unit of "
                               "that name{}",
                               known ? "; the wwids file lists it, so it had a map before" : "");
  std::vector<std::string> silent;
  for (const Path& path : planned.paths) {
    if (path.standing() == Standing::unidentified) silent.push_back(path.kname);
  }
  explanation.remedies.emplace_back(
      "`multipath show paths` lists the disks of this host; a rescan (`rescan-scsi-bus.sh`, iSCSI "
      "login) finds new disks");
  if (!silent.empty()) {
    explanation.remedies.push_back(
        fmt::format("it may be one of the disks without a WWID: `multipath explain {}`",
                    pasteable(shell_line(silent))));
  }
  return explanation;
}

Explanation explain_other(const std::string& word, OtherDevice device) {
  Explanation explanation;
  explanation.subject = word;
  explanation.answer = Explanation::Answer::no_path;
  explanation.conclusion = "it is " + device.what;
  if (!device.remedy.empty()) explanation.remedies.push_back(std::move(device.remedy));
  return explanation;
}

/// The device-mapper device that the target names, when it is none of our maps; without a driver there is
/// none.
std::optional<dm::Description> foreign_device(dm::DeviceMapper& device_mapper,
                                              const Target& target) {
  try {
    auto device = find_device(device_mapper, target);
    if (device && device->uuid.starts_with(map_uuid_prefix)) return std::nullopt;
    return device;
  } catch (const std::system_error&) {
    return std::nullopt;
  }
}

/// A map of target multipath that somebody else made.
std::optional<OtherDevice> foreign_map(dm::DeviceMapper& device_mapper,
                                       const dm::Description& device) {
  try {
    const auto table = device_mapper.table(device.name);
    if (!table || std::ranges::find(*table, "multipath", &dm::Target::type) == table->end())
      return std::nullopt;
  } catch (const std::system_error&) {
    return std::nullopt;
  }
  return OtherDevice{
      fmt::format(
          "a foreign map: the device-mapper device {} (dm-{}, target multipath), whose uuid "
          "'{}' does not begin with {}: another program made it, and it is left alone",
          device.name, device.number.minor, device.uuid, map_uuid_prefix),
      fmt::format("`{}` shows its paths; only the program that made it changes or removes it",
                  pasteable(shell_line("dmsetup table", device.name)))};
}

/// The kernel's name of the device that the target is.
std::optional<std::string> kname_of(const Host& host, const Target& target) {
  if (!target.number) return std::nullopt;
  const auto link = host.sys.read_link("dev/block/" + to_string(*target.number));
  if (!link) return std::nullopt;
  return link->substr(link->rfind('/') + 1);
}

PlanRun plan_for(const Host& host, const PlanningOptions& planning_options,
                 const DiscoveryOptions& discovery_options, const std::vector<std::string>& words) {
  std::vector<Target> targets;
  for (const std::string& word : words)
    targets.push_back(find_target(host, word).value_or(Target{word, std::nullopt}));
  const auto wanted = words.empty() ? std::nullopt : units_named(host, targets);
  if (wanted) {
    auto planned = plan_selected_units(host, *wanted, planning_options, discovery_options);
    if (planned) return std::move(*planned);
  }
  return plan_maps(host, {}, planning_options, discovery_options, NeedDeviceMapper::no);
}

}  // namespace

Explainer::Explainer(const Host& host, const Configuration& configuration,
                     const DiscoveryOptions& discovery_options,
                     const std::vector<std::string>& words)
    : host_(host),
      configuration_(configuration),
      planning_options_(make_planning_options(host, discovery_options, {})),
      planned_(plan_for(host, planning_options_, discovery_options, words)) {}

Explanation Explainer::explain(const std::string& word) {
  const auto target = find_target(host_, word);
  const auto path = std::ranges::find_if(planned_.paths, [&](const Path& candidate) {
    return target && target->number && candidate.number == *target->number;
  });
  if (path != planned_.paths.end()) {
    ask_others(*path);
    return explain_path(word, *path, evidence());
  }
  if (const auto wwid = unit_of(word, target, planned_)) {
    for (const Path& member : planned_.paths) {
      if (member.wwid == wwid) ask_others(member);
    }
    return explain_unit(word, *wwid, evidence());
  }
  const auto foreign = target ? foreign_device(host_.device_mapper, *target) : std::nullopt;
  if (foreign) {
    if (auto map = foreign_map(host_.device_mapper, *foreign))
      return explain_other(word, std::move(*map));
  }
  auto kname = target ? kname_of(host_, *target) : std::nullopt;
  if (!kname && foreign) kname = fmt::format("dm-{}", foreign->number.minor);
  if (kname) {
    if (auto other = other_device(host_, *kname)) return explain_other(word, std::move(*other));
  }
  return explain_nothing(word, planned_, planning_options_);
}

std::vector<Finding> Explainer::findings() const {
  std::vector<Finding> findings;
  std::ranges::copy_if(
      planned_.findings, std::back_inserter(findings), [&](const Finding& finding) {
        return std::ranges::none_of(planned_.paths,
                                    [&](const Path& path) {
                                      return path.kname == finding.subject &&
                                             !asked_.contains(path.number);
                                    }) &&
               std::ranges::find(planned_.maps, finding.subject, &CurrentMap::name) ==
                   planned_.maps.end();
      });
  return findings;
}

Evidence Explainer::evidence() const {
  return {planned_.paths, planned_.maps, planned_.plan, planning_options_, planned_.traces};
}

void Explainer::ask_others(const Path& path) {
  if (!asked_.insert(path.number).second) return;
  std::ranges::move(other_views(host_, configuration_, path, planning_options_.known_units),
                    std::back_inserter(planned_.traces[path.number]));
}

}  // namespace multipath
