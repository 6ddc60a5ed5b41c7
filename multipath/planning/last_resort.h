#pragma once

#include "multipath/planning/plan.h"

namespace multipath {

/// Keeps the names and tables of existing maps, for runs with Configuration::last_resort(), which
/// has neither aliases nor policies. Reloads a map only to add a path, with the map's current name,
/// features and selector.
void keep_running_maps(Plan& plan);

}  // namespace multipath
