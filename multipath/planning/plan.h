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

/// The change that a map needs.
enum class Verb : std::uint8_t {
  nothing,  ///< the map is up to date
  create,
  reload,  ///< load a new table; I/O in flight is kept
  resize,  ///< load a new table of a different size
  rename,  ///< change only the name
  refuse,  ///< leave the map: the change could lose data (printed as "reject")
};
std::string to_string(Verb verb);
constexpr bool changes(Verb verb) { return verb != Verb::nothing && verb != Verb::refuse; }
constexpr bool loads_table(Verb verb) {
  return verb == Verb::create || verb == Verb::reload || verb == Verb::resize;
}

/// Renames a partition map together with its map.
struct PartitionRename {
  std::string from;
  std::string to;

  auto operator<=>(const PartitionRename&) const = default;
};

/// One map's part of a plan.
struct Action {
  Verb verb = Verb::nothing;
  Map desired;
  std::optional<CurrentMap> current;                    ///< empty for a new map
  std::string reason;                                   ///< for the user; never empty
  std::vector<PartitionRename> partition_renames = {};  ///< empty unless the map is renamed
  /// The map's name until other maps are renamed, so that maps can swap names; empty if not needed.
  std::string temporary_name = {};
  TransportLimits limits = {};  ///< limits of the paths' transports, set before a table is loaded
  /// The size of the paths in sectors, if the map keeps a different size: see kept_settings.h.
  std::optional<std::uint64_t> other_size = {};

  auto operator<=>(const Action&) const = default;

  /// A reload or resize may also rename the map.
  bool renames() const { return changes(verb) && current && current->name != desired.name; }
};

/// The difference between the current and the desired maps.
struct Plan {
  /// Sorted by WWID (natural order), except that a map taking over another map's name comes after
  /// that map.
  std::vector<Action> actions;
  std::vector<Finding> findings;
};

/// The administrator's settings for a run.
struct PlanningOptions {
  Configuration configuration = {};
  // What the command line sets, whatever is configured.
  std::optional<PathGroupingPolicy> policy = {};  ///< of all units
  std::optional<Whitelist> whitelist = {};
  bool every_unit = false;  ///< units that the wwids file lacks, and single paths, get maps

  std::set<Wwid> known_units = {};         ///< units in the wwids file
  std::map<Wwid, std::string> names = {};  ///< aliases; other units are named by their WWIDs
  bool force_reload = false;
  /// Report new maps that queue without a usable path: for runs without a daemon.
  bool report_queueing = false;
  /// Resize maps even where a run does not resize them automatically: `multipath resize`.
  bool resize = false;
};

/// The whitelist of the command line, or of the configuration.
Whitelist whitelist_of(const PlanningOptions& options);

/// The name of a device-mapper device, which no other map can use.
struct TakenName {
  std::string name;
  std::string uuid;
};

/// Compares units and maps. Pure: the same input results in the same plan.
Plan make_plan(std::span<const Path> paths, std::span<const CurrentMap> maps,
               std::span<const TakenName> taken_names, const PlanningOptions& options);

}  // namespace multipath
