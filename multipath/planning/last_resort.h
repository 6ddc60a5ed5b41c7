#pragma once

#include "multipath/planning/plan.h"

namespace multipath {

/// For Configuration::last_resort(), which knows neither the aliases nor the policies of the maps that there are: these keep their names
/// and tables. Only a map that a path comes to is loaded again, with the name, features and selector that it has.
void keep_running_maps(Plan& plan);

}  // namespace multipath
