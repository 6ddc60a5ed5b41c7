#pragma once

#include <span>
#include <string>

#include "multipath/model/map.h"
#include "multipath/model/path.h"

namespace multipath {

/// The table of `multipath -v3`, in the format of multipath-tools: the line "===== paths list
/// =====", the header "uuid hcil dev dev_t pri dm_st chk_st vend/prod/rev dev_st" and a row per
/// path. An unknown priority is "-1", and dm_st is "undef" for a path that is in none of `maps`.
/// Without paths, the line "===== no paths =====".
std::string render_path_list(std::span<const Path> paths, std::span<const CurrentMap> maps = {});

/// The properties of a path in one line: "3:0:0:1 PURE,FlashArray, running; WWID 3624a... by page
/// 0x83; checker ready, priority 50; held by dm-3". A problem of the path comes last.
std::string path_summary(const Path& path);

}  // namespace multipath
