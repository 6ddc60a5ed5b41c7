#pragma once

#include <span>
#include <string>

#include "multipath/model/path.h"

namespace multipath {

/// The table of `multipath -v3` (grammar of drop-in texts): a line "===== paths list =====", a
/// header "uuid hcil dev dev_t pri dm_st chk_st vend/prod/rev dev_st", a row a path with the WWID
/// in column 1. "-1" is the priority that was not asked. A single line "===== no paths =====" when
/// there is none.
std::string render_path_list(std::span<const Path> paths);

}  // namespace multipath
