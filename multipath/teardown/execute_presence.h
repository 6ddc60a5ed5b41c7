#pragma once

#include "multipath/host/host.h"
#include "multipath/teardown/teardown.h"

namespace multipath {

/// Is the device of that node still there, the same and not another with its name?
bool holder_is_there(const Host& host, const Holder& holder);

/// Is nothing left of what a step takes down? A step that wipes takes nothing down.
bool is_taken_down(const Host& host, const HolderGraph& graph, const Step& step);

}  // namespace multipath
