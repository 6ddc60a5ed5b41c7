#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "multipath/config/configuration.h"
#include "multipath/model/finding.h"
#include "multipath/model/map.h"
#include "multipath/model/path.h"
#include "multipath/planning/transport_limits.h"

namespace multipath {

/// What is to happen to a map.
enum class Verb : std::uint8_t {
  nothing,  ///< it is as it should be
  create,
  reload,  ///< another table, nothing in flight lost
  resize,  ///< another table of another size
  rename,  ///< only the name
  refuse,  ///< it should be changed, but that could cost data: the reason says why
};
std::string to_string(Verb verb);

/// A partition map that gets another name together with its map.
struct PartitionRename {
  std::string from;
  std::string to;

  auto operator<=>(const PartitionRename&) const = default;
};

/// One map's part of a plan.
struct Action {
  Verb verb = Verb::nothing;
  Map desired;
  std::optional<CurrentMap> current;                    ///< nothing when the map does not exist
  std::string reason;                                   ///< for a person; never empty
  std::vector<PartitionRename> partition_renames = {};  ///< only when the map is renamed
  /// A name that the map gets before any other map is renamed, so that maps can swap their names; empty
  /// when it needs none.
  std::string name_meanwhile = {};
  TransportLimits limits = {};  ///< what its paths' transports are told before a table is loaded
  /// Its paths have another size, which the map does not get in passing: see kept_settings.h.
  std::optional<std::uint64_t> other_size = {};

  auto operator<=>(const Action&) const = default;

  /// A reload or resize may come with another name, too.
  bool renames() const {
    return verb != Verb::refuse && verb != Verb::nothing && current &&
           current->name != desired.name;
  }
};

/// The difference between the maps as they are and as they should be. Pure: the same input gives
/// the same plan.
struct Plan {
  /// In natural order of WWIDs, but that a map which takes another one's name comes behind it.
  std::vector<Action> actions;
  std::vector<Finding> findings;
};

/// Which units that have no map get one (multipath.conf find_multipaths).
enum class NewMaps : std::uint8_t {
  two_paths,  ///< a unit with two paths, or one that is known (on; here the default, too)
  any,        ///< every unit (off, greedy)
  known,      ///< only units that are known (strict)
};

/// What the administrator wants.
struct PlanningOptions {
  Configuration configuration = {};
  std::optional<PathGroupingPolicy> policy = {};  ///< of the command line: beats the configuration
  NewMaps new_maps = NewMaps::two_paths;
  Whitelist whitelist = Whitelist::identity;
  std::set<Wwid> known_units = {};         ///< the wwids file
  std::map<Wwid, std::string> names = {};  ///< aliases; a unit without one is named by its WWID
  bool force_reload = false;
  /// Report new maps whose I/O waits without a path: made by hand, and no daemon runs.
  bool report_queueing = false;
  /// `multipath resize`: also what no run does in passing.
  bool resize = false;
};

/// A name that a device-mapper device other than a multipath map has.
struct TakenName {
  std::string name;
  std::string uuid;
};

Plan make_plan(std::span<const Path> paths, std::span<const CurrentMap> maps,
               std::span<const TakenName> taken_names, const PlanningOptions& options);

}  // namespace multipath
