#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "multipath/config/bindings_file.h"
#include "multipath/config/configuration.h"
#include "multipath/planning/plan.h"

namespace multipath {

/// Which names units get, and which bindings are new.
struct Naming {
  std::map<Wwid, std::string> names;  ///< only of units that are not named by their WWID
  std::vector<Binding> new_bindings;  ///< to be kept before a map gets such a name
  std::vector<Finding> findings;      ///< units that get no alias because it could not be kept
};

/// May aliases be made that the bindings file does not have yet?
enum class NewBindings : bool { no, yes };

/// A unit's name, by the first that it can have: alias of its multipath section; with user_friendly_names its binding;
/// the name of its map where that goes by another program's WWID; with user_friendly_names the name of its map where
/// that is an alias of the prefix, or a new alias; else its WWID. What it cannot have is skipped with a finding: a name
/// that is no map's (reason_no_map_name()), another unit's WWID, or what another unit or device keeps. A name that
/// another map gives up is free. A new alias that the bindings file would not give back (is_read_back()) is none, and
/// is reported. `plan` says which units there are, `taken` which names device-mapper devices have.
Naming name_units(const Plan& plan, std::span<const TakenName> taken,
                  const Configuration& configuration, const Bindings& bindings,
                  NewBindings new_bindings);

}  // namespace multipath
