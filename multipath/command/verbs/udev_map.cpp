#include <ostream>

#include <fmt/format.h>

#include "multipath/command/configuration.h"
#include "multipath/command/options.h"
#include "multipath/command/report.h"
#include "multipath/command/udev_answers.h"
#include "multipath/command/verbs.h"
#include "multipath/model/printable.h"
#include "multipath/run/targets.h"
#include "multipath/run/udev_run.h"

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

/// The device that a verb for rules is given; reports on stderr if this host does not have it.
std::optional<DeviceNumber> device_of(Context& context, const std::string& word) {
  const auto target = find_target(context.host, word);
  if (target && target->number) return target->number;
  if (const auto map = target ? find_device(context.host.device_mapper, *target) : std::nullopt)
    return map->number;
  context.err << fmt::format("multipath: {}: no such device or map\n", printable(word));
  return std::nullopt;
}

ExitStatus print_map(Context& context, const UdevMapOptions& options) {
  const auto number = device_of(context, options.words.front());
  if (!number) return ExitStatus::not_found;
  const auto text = answer_map_properties(context.host, *number, [&] {
    return load_configuration_or_report(context, "udev-map", default_verbosity);
  });
  if (!text) {
    context.err << fmt::format(
        "multipath: {}: neither a multipath map nor a partition "
        "of one\n",
        to_string(*number));
    return ExitStatus::not_found;
  }
  context.out << *text;
  return ExitStatus::done;
}

ExitStatus forget(Context& context, const ForgetOptions& options) {
  const auto device = device_of(context, options.words.front());
  if (!device) return ExitStatus::not_found;
  const ForgottenPvs forgotten =
      forget_pvs(context.host, *device, options.itself ? ForgetOn::device : ForgetOn::paths);
  if (forgotten.active_volume) {
    context.err << fmt::format(
        "multipath forget-pvs: {}: {} is active on a path, not on the map; deactivate it, then "
        "trigger the map's event\n",
        to_string(*device), printable(*forgotten.active_volume));
    return ExitStatus::busy;
  }
  for (const OnlinePv& pv : forgotten.pvs) {
    context.out << fmt::format("forgot the PV on {}{}\n", to_string(pv.device),
                               pv.group ? " of " + *pv.group : "");
  }
  return ExitStatus::done;
}

}  // namespace

std::unique_ptr<VerbCommand> udev_map_verb() { return verb_command<UdevMapOptions>(print_map); }

std::unique_ptr<VerbCommand> forget_pvs_verb() { return verb_command<ForgetOptions>(forget); }

}  // namespace multipath
