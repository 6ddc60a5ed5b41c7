#include <ostream>

#include <fmt/format.h>

#include "multipath/claims/lvm_online.h"
#include "multipath/claims/map_readiness.h"
#include "multipath/command/configuration.h"
#include "multipath/command/report.h"
#include "multipath/command/usage_error.h"
#include "multipath/command/verbs.h"
#include "multipath/host/current_maps.h"
#include "multipath/model/link_names.h"
#include "multipath/planning/coalesce.h"
#include "multipath/run/targets.h"
#include "multipath/view/text.h"

// What udev's rules ask in a worker: nothing here opens a device, changes a map or waits.

namespace multipath {
namespace {

struct UdevMapOptions : SharedOptions {
  void declare(Options&) {}
};

struct ForgetOptions : SharedOptions {
  bool itself = false;

  void declare(Options& options) {
    options.flag("itself", itself,
                 "remove the record of the device itself, which has lost its PV label");
  }
};

/// The one device that a verb for rules is given.
DeviceNumber device_of(Context& context, const std::string& word) {
  const auto target = find_target(context.host, word);
  if (target && target->number) return *target->number;
  const auto map = target ? find_device(context.host.device_mapper, *target) : std::nullopt;
  if (!map) throw UsageError(fmt::format("'{}' is not a map", word));
  return map->number;
}

/// The multipath map itself, or the one that a partition map lies on.
std::optional<CurrentMap> map_of(Host& host, dm::Description description) {
  std::vector<Finding> findings;
  if (!description.uuid.starts_with(map_uuid_prefix)) {
    const std::string slaves = "dev/block/" + to_string(description.number) + "/slaves";
    const auto below = host.sys.list(slaves);
    if (!below || below->empty()) return std::nullopt;
    const auto number = number_of_kname(host.sys, below->front());
    auto map = number ? host.device_mapper.describe(*number) : std::nullopt;
    if (!map) return std::nullopt;
    description = std::move(*map);
  }
  return read_map(host.device_mapper, description, findings);
}

/// Who may open the node, for the rule to set: udevd would undo what anybody else sets with its next
/// event of the map.
void print_node_attributes(Context& context, const CurrentMap& map) {
  const auto wwid = wwid_of_map_uuid(map.uuid);
  const auto configuration =
      wwid ? load_configuration_or_tell(context, "udev-map", default_verbosity) : std::nullopt;
  if (!configuration) return;
  const UnitSettings& settings = configuration->settings_for_unit(subject_of_unit(*wwid, {}));
  if (settings.mode.value)
    context.out << fmt::format("MULTIPATH_NODE_MODE={:04o}\n", *settings.mode.value);
  if (!settings.user.value.empty())
    context.out << fmt::format("MULTIPATH_NODE_OWNER={}\n", settings.user.value);
  if (!settings.group.value.empty())
    context.out << fmt::format("MULTIPATH_NODE_GROUP={}\n", settings.group.value);
}

ExitStatus print_map(Context& context, const UdevMapOptions& options) {
  const DeviceNumber number = device_of(context, options.words.front());
  const auto description = context.host.device_mapper.describe(number);
  const auto names = description ? link_names_of(description->uuid) : std::nullopt;
  if (!names) {
    context.err << fmt::format(
        "multipath udev-map: {} is neither a multipath map nor a partition "
        "of one\n",
        to_string(number));
    return ExitStatus::not_found;
  }
  const auto map = map_of(context.host, *description);
  context.out << fmt::format("MPATH_DEVICE_READY={}\n",
                             map && has_usable_path(context.host.sys, *map) ? 1 : 0);
  if (!names->type.empty()) context.out << fmt::format("DM_TYPE={}\n", names->type);
  context.out << fmt::format("DM_SERIAL={}\n", names->serial);
  if (names->wwn) context.out << fmt::format("DM_WWN={}\n", *names->wwn);
  if (names->partition) context.out << fmt::format("DM_PART={}\n", *names->partition);
  if (!names->partition && map) print_node_attributes(context, *map);
  return ExitStatus::done;
}

ExitStatus forget_pvs(Context& context, const ForgetOptions& options) {
  const DeviceNumber device = device_of(context, options.words.front());
  StateFiles& files = *context.host.state_files;
  PathsBelow below =
      options.itself ? PathsBelow{{device}, std::nullopt} : paths_below(context.host.sys, device);
  if (below.volume) {
    context.err << fmt::format(
        "multipath forget-pvs: {}: {} is active on a path, not on the map; deactivate it, then "
        "trigger the map's event\n",
        to_string(device), printable(*below.volume));
    return ExitStatus::busy;
  }
  std::vector<OnlinePv> online;
  for (const std::string& file : files.list(pvs_online_directory)) {
    const auto text = files.read(fmt::format("{}/{}", pvs_online_directory, file));
    if (auto pv = text ? parse_online_pv(file, *text) : std::nullopt)
      online.push_back(std::move(*pv));
  }
  for (const OnlinePv& pv : seen_on(context.host.sys, online, below.devices)) {
    files.remove(fmt::format("{}/{}", pvs_online_directory, pv.file));
    if (pv.group) files.remove(fmt::format("{}/{}", vgs_online_directory, *pv.group));
    context.out << fmt::format("forgot the PV on {}{}\n", to_string(pv.device),
                               pv.group ? " of " + *pv.group : "");
  }
  return ExitStatus::done;
}

}  // namespace

std::unique_ptr<VerbCommand> udev_map_verb() { return verb_command<UdevMapOptions>(print_map); }

std::unique_ptr<VerbCommand> forget_pvs_verb() { return verb_command<ForgetOptions>(forget_pvs); }

}  // namespace multipath
