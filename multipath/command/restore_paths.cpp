#include "multipath/command/restore_paths.h"

#include <algorithm>
#include <ostream>
#include <set>
#include <system_error>

#include <fmt/format.h>

#include "multipath/command/late_partitions.h"
#include "multipath/planning/apply_message.h"
#include "multipath/planning/restore.h"
#include "multipath/view/text.h"

namespace multipath {

namespace {

std::set<DeviceNumber> gone_from(const SysTree& sys, const CurrentMap& map) {
  std::set<DeviceNumber> gone = path_numbers(map);
  std::erase_if(gone,
                [&](DeviceNumber number) { return sys.exists("dev/block/" + to_string(number)); });
  return gone;
}

}  // namespace

Restored restore_paths(Context& context, const CurrentMap& map, std::span<const Path> paths) {
  const Restoration restoration = restoration_of(map, paths, gone_from(context.host.sys, map));
  Restored restored{.silent = restoration.silent.size(), .has_path = restoration.has_path};
  for (const DeviceNumber number : restoration.working) {
    const auto path = std::ranges::find(paths, number, &Path::number);
    try {
      set_path(context.host.device_mapper, map, number, PathUse::reinstate);
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
