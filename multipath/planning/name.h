#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "multipath/config/bindings_file.h"
#include "multipath/config/configuration.h"
#include "multipath/planning/plan.h"

namespace multipath {

/// The names of units, and new bindings.
struct Naming {
  std::map<Wwid, std::string> names;  ///< units not named by their WWIDs
  std::vector<Binding> new_bindings;  ///< to be written before a map gets such a name
  std::vector<Finding> findings;      ///< units whose alias is unusable
};

/// Whether to create aliases that are not in the bindings file.
enum class NewBindings : bool { no, yes };

/// Chooses each unit's name, the first usable of:
///
/// - the alias of its multipath section
/// - with user_friendly_names, its binding
/// - its map's name, if the map's WWID follows another program's rule
/// - with user_friendly_names, its map's name if that is an alias of the prefix, or a new alias
/// - its WWID
///
/// Skips and reports unusable names: not a valid map name (reason_no_map_name()), the WWID of
/// another unit, or the name of another unit or device. A name that another map loses is free.
/// Reports and drops a new alias that the bindings file cannot represent (is_read_back()). `plan`
/// lists the units, `taken` the names of device-mapper devices.
Naming name_units(const Plan& plan, std::span<const TakenName> taken,
                  const Configuration& configuration, const Bindings& bindings,
                  NewBindings new_bindings);

/// Whether name_units() gives these units the same names if `plan` lists them alone, provided that
/// they need no new bindings: no other unit, map or device wants or has one of their names.
bool are_names_certain(const std::set<Wwid>& units, const std::set<Wwid>& other_units,
                       std::span<const TakenName> taken, const Configuration& configuration,
                       const Bindings& bindings);

/// "name is old, should be new (alias, /etc/multipath.conf:3 (multipath))", with what gives the map
/// its name.
std::string reason_to_rename(const std::string& name, const Map& desired,
                             const Configuration& configuration);

}  // namespace multipath
