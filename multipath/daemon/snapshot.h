#pragma once

#include <string>
#include <vector>

#include "multipath/config/configuration.h"
#include "multipath/daemon/map_histories.h"
#include "multipath/host/sys_tree.h"
#include "multipath/model/map.h"
#include "multipath/model/path.h"
#include "multipath/watch/watch.h"
#include "multipath/wire/client_command.h"

namespace multipath::daemon {

/// What the daemon knows at one moment: what clients read. Nothing is queried for it but sysfs.
struct Snapshot {
  const SysTree& sys;
  const Configuration& configuration;
  const watch::Watch& watch;
  const MapHistories& histories;
  watch::Instant now;
  std::vector<CurrentMap> maps;  ///< in natural order of names
  /// In udev's order. States and priorities are those of the last checks; a path of no map has
  /// none, as in multipath-tools.
  std::vector<Path> paths;
  bool busy = false;  ///< changes of the host are being looked at
};

/// Sets the states of the snapshot's paths by the checks.
void take_checks(Snapshot& snapshot);

/// The reply to a command that shows paths, maps, the configuration or the status; the other commands
/// are not answered here.
std::string listing(const Snapshot& snapshot, const wire::ClientCommand& command);

/// The map of that alias, "dm-N" or WWID; null if there is none.
const CurrentMap* find_map(const std::vector<CurrentMap>& maps, std::string_view name);
/// The path of that kernel name or "MAJ:MIN"; null if there is none.
const Path* find_path(const std::vector<Path>& paths, std::string_view name);

}  // namespace multipath::daemon
