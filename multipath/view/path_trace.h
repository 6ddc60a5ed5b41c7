#pragma once

#include <string>

#include "multipath/model/path.h"

namespace multipath {

/// What was found out of a path, in one line for a person: "3:0:0:1 PURE,FlashArray, running; WWID
/// 3624a... by page 0x83; checker ready, priority 50; held by dm-3". What is wrong with it stands at
/// the end.
std::string story_of(const Path& path);

}  // namespace multipath
