#include "multipath/run/restore_paths.h"

#include <algorithm>
#include <ostream>
#include <set>
#include <system_error>

#include <fmt/format.h>

#include "multipath/config/uid_attribute.h"
#include "multipath/planning/apply_message.h"
#include "multipath/planning/restore.h"
#include "multipath/run/late_partitions.h"
#include "multipath/view/text.h"

namespace multipath {

namespace {

std::set<DeviceNumber> gone_from(const SysTree& sys, const CurrentMap& map) {
  std::set<DeviceNumber> gone = path_numbers(map);
  std::erase_if(gone,
                [&](DeviceNumber number) { return sys.exists("dev/block/" + to_string(number)); });
  return gone;
}

/// recheck_wwid: a failed path that works again, but as another unit, stays out of use. udev's name of a
/// unit (uid_attribute) is no question to the device, and is not looked at.
void leave_out_exchanged(Context& context, const Configuration& configuration,
                         const CurrentMap& map, std::span<const Path> paths,
                         std::set<DeviceNumber>& left_out, Restored& restored) {
  if (names_units_by_udev(configuration)) return;
  const Restoration all = restoration_of(map, paths, left_out);
  for (const DeviceNumber number : all.working) {
    const auto path = std::ranges::find(paths, number, &Path::number);
    if (!is_of_another_unit(*path, map)) continue;
    const auto& recheck = configuration
                              .settings_for_device({path->vendor, path->product, path->revision, "",
                                                    path->wwid->text()})
                              .recheck_wwid;
    if (!recheck.value) continue;
    left_out.insert(number);
    ++restored.failures;
    context.err << fmt::format(
        "multipath: {}: path {} works again but identifies as {}: it stays failed "
        "(recheck_wwid, {}); `multipath explain {}` says more\n",
        printable(map.name), path->kname, printable(path->wwid->text()), to_string(recheck.origin),
        path->kname);
  }
}

}  // namespace

Restored restore_paths(Context& context, const Configuration& configuration, const CurrentMap& map,
                       std::span<const Path> paths) {
  std::set<DeviceNumber> left_out = gone_from(context.host.sys, map);
  Restored restored;
  leave_out_exchanged(context, configuration, map, paths, left_out, restored);
  const Restoration restoration = restoration_of(map, paths, left_out);
  restored.silent = restoration.silent.size();
  restored.has_path = restoration.has_path;
  for (const DeviceNumber number : restoration.working) {
    const auto path = std::ranges::find(paths, number, &Path::number);
    try {
      set_path(context.host.device_mapper, map, number, PathUse::reinstate);
      restored.back.insert(number);
      context.out << fmt::format("{}: path {} is in use again\n", printable(map.name), path->kname);
    } catch (const std::system_error& error) {
      ++restored.failures;
      context.err << fmt::format("multipath: {}: path {} works but is not taken back: {}\n",
                                 printable(map.name), path->kname, printable(error.what()));
    }
  }
  if (!restoration.working.empty()) announce_late_partitions(context, map);
  return restored;
}

}  // namespace multipath
